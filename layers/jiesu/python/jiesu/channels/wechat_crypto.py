"""WeChat's safe mode: how `Encrypt` is opened.

    AES-256-CBC, key = base64(EncodingAESKey + "="), initial vector = the key's first 16 bytes,
    padded to blocks of 32: 16 random bytes | length of the message, 4 bytes, big-endian | message | appid

https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption.html
This is the one module that needs `cryptography`; ingest opens what the webhook has only verified.
"""

import base64
import binascii
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from jiesu.channels.delivery import AccountMisconfiguredError, MalformedDeliveryError, UntrustedDeliveryError

_PADDING_BITS = 256
_PREFIX_BYTES = 20


def aes_key(encoding_aes_key: str, account_id: str) -> bytes:
    """The 32 bytes of a 43-character EncodingAESKey. Raises `AccountMisconfiguredError`.

    Its last character has spare bits that WeChat does not keep zero, so it is not decoded strictly.
    """
    try:
        key = base64.b64decode(encoding_aes_key + "=")
    except ValueError as error:
        raise AccountMisconfiguredError("encoding_aes_key_malformed", account_id=account_id) from error
    if len(key) != 32:
        raise AccountMisconfiguredError("encoding_aes_key_malformed", account_id=account_id)
    return key


def decrypt(encrypted: str, *, key: bytes, app_id: str) -> bytes:
    """The message in `Encrypt`, whose signature has been checked.

    Raises `MalformedDeliveryError` where `key` does not open it (the key was changed on one
    side only) and `UntrustedDeliveryError` where it was sealed for another application.
    """
    try:
        sealed = binascii.a2b_base64(encrypted, strict_mode=True)
        decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
        padded = decryptor.update(sealed) + decryptor.finalize()
        unpadder = PKCS7(_PADDING_BITS).unpadder()
        plain = unpadder.update(padded) + unpadder.finalize()
    except ValueError as error:
        raise MalformedDeliveryError("cipher_not_opened") from error
    end = _PREFIX_BYTES + int.from_bytes(plain[16:_PREFIX_BYTES])
    if len(plain) < _PREFIX_BYTES or end > len(plain):
        raise MalformedDeliveryError("cipher_not_opened")
    if not hmac.compare_digest(plain[end:], app_id.encode()):
        raise UntrustedDeliveryError("app_wrong")
    return plain[_PREFIX_BYTES:end]
