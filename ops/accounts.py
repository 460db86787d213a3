"""Channel accounts from the command line: checked by the office's rules, their secrets stored, the webhook address given back."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from jiesu.model.message import ChannelAccount
from jiesu.model.words import Platform
from jiesu.office.accounts import read_account, read_secrets
from jiesu.office.reasons import Reason
from ops.errors import OperatorError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

PATH_TOKEN_BYTES = 24
"""192 bits: nobody finds a webhook's address by trying."""


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


def secret_name(stack_name: str, account_id: str) -> str:
    """The functions' roles allow secrets under this prefix, and no others."""
    return f"{stack_name}/channels/{account_id}"


def store_secrets(client: "SecretsManagerClient", name: str, secrets: Mapping[str, str], stack_name: str) -> None:
    """Create the secret, or give an existing one a new version."""
    document = json.dumps(dict(secrets))
    try:
        client.create_secret(Name=name, SecretString=document, Tags=[{"Key": "stack", "Value": stack_name}])
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=document)
    except client.exceptions.InvalidRequestException as error:
        raise OperatorError(f"secret {name} is being deleted: restore it first (aws secretsmanager restore-secret)") from error


def webhook_url(base_url: str, account: ChannelAccount) -> str:
    """What the platform's console asks for. Whoever knows it can call it, so it is shown only on request."""
    return f"{base_url}/webhooks/{account.platform}/{account.path_token}"
