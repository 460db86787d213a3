"""What people read out: case ids and bulletin numbers, each with a check character, and what citizens are called."""

import hashlib
from datetime import date
from unicodedata import normalize

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that nothing is misread."""


def case_id_for(message_id: str, opened_on: date) -> str:
    """The id of the case that `message_id` opens, such as `261123-7KQ4MX`: the local day, five characters, one check character.

    Derived from the message, so that opening twice gives the same case. Five characters tell
    33 million apart, and the day divides them: at 300 cases a day two collide about once in
    two thousand years, and the store's condition would refuse the second.
    """
    digest = int.from_bytes(hashlib.sha256(message_id.encode()).digest()[:8])
    body = "".join(_DIGITS[(digest >> shift) & 31] for shift in (20, 15, 10, 5, 0))
    day = opened_on.strftime("%y%m%d")
    return f"{day}-{body}{_check_character(day + body)}"


def is_case_id(text: str) -> bool:
    """Whether `text` is a well-formed case id whose check character fits."""
    day, dash, rest = text.partition("-")
    return (
        dash == "-"
        and len(day) == 6
        and day.isascii()
        and day.isdigit()
        and len(rest) == 6
        and all(char in _DIGITS for char in rest)
        and _check_character(day + rest[:-1]) == rest[-1]
    )


def citizen_alias(account_id: str, citizen_id: str) -> str:
    """Four characters of a million that stand for a citizen of an account, the same wherever they appear."""
    digest = int.from_bytes(hashlib.sha256(f"{account_id}\0{citizen_id}".encode()).digest()[:4])
    return "".join(_DIGITS[(digest >> shift) & 31] for shift in (15, 10, 5, 0))


def bulletin_number(year: int, sequence: int) -> str:
    """The printed number of a bulletin, such as `2026-00042-6`: year, sequence, check digit (ISO 7064 MOD 11,10)."""
    body = f"{year:04d}{sequence:05d}"
    return f"{body[:4]}-{body[4:]}-{_mod_11_10(body)}"


def is_bulletin_number(text: str) -> bool:
    """Whether `text` is a well-formed bulletin number whose check digit fits."""
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 5, 1] or not all(part.isascii() and part.isdigit() for part in parts):
        return False
    return _mod_11_10(parts[0] + parts[1]) == int(parts[2])


_ORDER = "DB"
"""What a supervision order's number begins with (督办)."""


def order_number(year: int, sequence: int) -> str:
    """The printed number of a supervision order, such as `DB2026-00007-3`: a series of its own, made as a bulletin's."""
    return f"{_ORDER}{bulletin_number(year, sequence)}"


def is_order_number(text: str) -> bool:
    """Whether `text` is a well-formed number of a supervision order whose check digit fits."""
    return text.startswith(_ORDER) and is_bulletin_number(text.removeprefix(_ORDER))


_CONSULTATION = "ZX"
"""What a consultation's number begins with (咨询)."""


def consultation_number(year: int, sequence: int) -> str:
    """The printed number of a question to departments, such as `ZX2026-00007-3`: a series of its own, made as a bulletin's."""
    return f"{_CONSULTATION}{bulletin_number(year, sequence)}"


def is_consultation_number(text: str) -> bool:
    """Whether `text` is a well-formed number of a consultation whose check digit fits."""
    return text.startswith(_CONSULTATION) and is_bulletin_number(text.removeprefix(_CONSULTATION))


def readable_number(typed: str) -> str:
    """A case's or bulletin's number as it is stored: full width, small letters, long dashes and look-alikes put right."""
    text = "".join(normalize("NFKC", typed).upper().split())
    for dash in "—–−‐":
        text = text.replace(dash, "-")
    # Crockford's base 32 has none of these letters, so whoever writes one means the digit.
    return text.translate(str.maketrans("OIL", "011"))


def _check_character(body: str) -> str:
    """Weighted sum modulo the prime 31: catches every single slip and every swap of neighbours, save 0 for Z.

    The 32 letters are one more than the prime: the first and the last count alike, and nobody mistakes them.
    """
    return _DIGITS[sum((place + 2) * _DIGITS.index(char) for place, char in enumerate(body)) % 31]


def _mod_11_10(digits: str) -> int:
    """ISO 7064 MOD 11,10: catches every single wrong digit and nearly every swap of neighbours."""
    remainder = 10
    for digit in digits:
        total = (remainder + int(digit)) % 10 or 10
        remainder = total * 2 % 11
    return (11 - remainder) % 10
