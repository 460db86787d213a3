"""Channel accounts from the command line: checked by the office's rules, their secrets stored."""

from collections.abc import Mapping

from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from jiesu.office.accounts import read_account, read_secrets
from jiesu.office.reasons import Reason
from jiesu.runtime.secrets import SecretBook
from ops.errors import OperatorError


def check_account(account: ChannelAccount) -> None:
    """Raises `OperatorError` for a field that no platform would give."""
    problems: list[Reason] = []
    read_account(account, problems.append)
    if problems:
        raise OperatorError("; ".join(map(str, problems)))


def check_secrets(platform: Platform, secrets: Mapping[str, object]) -> dict[str, str]:
    """The platform's secret fields, all there and no other. Raises `OperatorError`, which names fields and never quotes one."""
    problems: list[Reason] = []
    checked = read_secrets(platform, secrets, problems.append)
    if checked is None:
        raise OperatorError("; ".join(map(str, problems)))
    return checked


def store_secrets(book: SecretBook, name: str, secrets: Mapping[str, str]) -> None:
    """Create the secret, or give an existing one a new version. Raises `OperatorError` where it is being deleted."""
    try:
        book.store(name, secrets)
    except book.client.exceptions.InvalidRequestException as error:
        raise OperatorError(f"secret {name} is being deleted: restore it first (aws secretsmanager restore-secret)") from error
