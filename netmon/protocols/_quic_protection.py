"""QUIC Initial protection: keys from the connection id, header protection off, payload decrypted.

RFC 9001 section 5.2 to 5.4, RFC 9369 section 3.3 (version 2), the drafts' salts, and Google's Q050, T050 and T051, which use
the same scheme with their own. Initial keys follow from what is on the wire, so this reveals nothing a bystander does not
have. Only AES-128-GCM occurs here. In: a packet and the connection id of the client's first Initial. Out: plain payload, or
``None`` when the tag does not fit: somebody else's packet, damaged, or not QUIC at all.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import CipherContext
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

V1, V2 = 0x00000001, 0x6B3343CF
Q050, T050, T051 = 0x51303530, 0x54303530, 0x54303531
_SALT_V1 = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")
_SALT_V2 = bytes.fromhex("0dede3def700a6db819381be6e269dcbf9bd2ed9")
_SALT_29 = bytes.fromhex("afbfec289993d24c9e9786f19c6111e04390a899")
_SALT_23 = bytes.fromhex("c3eef712c72ebb5a11a7d2432bb46365bef9f502")
_SALTS = {
    V1: _SALT_V1,
    V2: _SALT_V2,
    Q050: bytes.fromhex("504574efd066fe2f9d945cfcdbd3a7f0d3b56b45"),
    T050: bytes.fromhex("7ff579e5acd072915580304c43a2367c60488310"),
    T051: bytes.fromhex("7a4edef4e7ccee5fa4506c19124fc8ccda6e033d"),
    0xFACEB002: _SALT_23,
    0xFACEB00E: _SALT_23,
}
SAMPLE, TAG = 16, 16


def salt_of(version: int) -> bytes | None:
    """The Initial salt, if the version is one we can open."""
    salt = _SALTS.get(version)
    if salt is None and version >> 8 == 0xFF0000:
        draft = version & 0xFF
        if 23 <= draft <= 34:
            salt = _SALT_V1 if draft >= 33 else _SALT_29 if draft >= 29 else _SALT_23
    return salt


class Keys:
    """One direction's Initial keys."""

    __slots__ = ("aead", "header", "iv")

    def __init__(self, aead: AESGCM, iv: int, header: CipherContext) -> None:
        self.aead = aead
        self.iv = iv
        self.header = header
        """AES-ECB: encrypts one sample at a time."""


def _expand(secret: bytes, label: bytes, length: int) -> bytes:
    """HKDF-Expand-Label (RFC 8446 section 7.1) for at most one hash length."""
    label = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes((len(label),)) + label + b"\x00\x01"
    return hmac.digest(secret, info, "sha256")[:length]


def _keys(secret: bytes, prefix: bytes) -> Keys:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.ciphers.algorithms import AES128
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    encryptor = Cipher(AES128(_expand(secret, prefix + b" hp", 16)), ECB()).encryptor()  # noqa: S305  RFC 9001 5.4.3
    iv = int.from_bytes(_expand(secret, prefix + b" iv", 12), "big")
    return Keys(AESGCM(_expand(secret, prefix + b" key", 16)), iv, encryptor)


@lru_cache(maxsize=128)
def initial_keys(version: int, connection_id: bytes, server: bool) -> Keys | None:
    """Keys of one direction for the destination connection id of the client's first Initial (after Retry: of its second)."""
    salt = salt_of(version)
    if salt is None:
        return None
    initial = hmac.digest(salt, connection_id, "sha256")
    secret = _expand(initial, b"server in" if server else b"client in", 32)
    return _keys(secret, b"quicv2" if version == V2 else b"quic")


def unprotect(keys: Keys, packet: bytes, number_at: int) -> bytes | None:
    """The plain payload of a long header packet whose packet number begins at ``number_at``."""
    sample = packet[number_at + 4 : number_at + 4 + SAMPLE]
    if len(sample) < SAMPLE:
        return None
    mask = keys.header.update(sample)
    first = packet[0] ^ (mask[0] & 0x0F)
    size = (first & 0x03) + 1
    number = int.from_bytes(packet[number_at : number_at + size], "big") ^ int.from_bytes(mask[1 : 1 + size], "big")
    header = bytes((first,)) + packet[1:number_at] + number.to_bytes(size, "big")
    from cryptography.exceptions import InvalidTag

    try:
        return keys.aead.decrypt((keys.iv ^ number).to_bytes(12, "big"), packet[number_at + size :], header)
    except InvalidTag:
        return None
