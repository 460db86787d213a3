"""What a stranger sent, made fit to be stored and shown."""


def readable(text: str) -> str:
    """`text` with halves of surrogate pairs replaced, which JSON can carry and UTF-8 cannot.

    Clients that cut a text at a fixed length cut emoji in two.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def readable_line(value: object) -> str:
    """A name in one printable line of at most 64 characters; empty for what is none: a name must not cost a message."""
    if not isinstance(value, str):
        return ""
    line = "".join(one if one.isprintable() else " " for one in readable(value)[:256])
    return " ".join(line.split())[:64]


def degrees(value: object, limit: int) -> float | None:
    """A coordinate that came as a number or a text, within plus and minus `limit`; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if -limit <= number <= limit else None


def web_address(value: str) -> str:
    """`value` if it is an http or https address, else nothing: a page may show it as a link."""
    return value if value.startswith(("http://", "https://")) else ""
