"""Elements in the basic encoding rules, built by hand for the tests of LDAP, Kerberos and what carries their tokens."""

from __future__ import annotations


def element(tag: int, *parts: bytes) -> bytes:
    """Tag, definite length, contents."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes((tag, len(body))) + body
    size = (len(body).bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + len(body).to_bytes(size, "big") + body


def number(value: int, tag: int = 0x02) -> bytes:
    """A small integer."""
    return element(tag, bytes((value,)))


def name(*parts: bytes) -> bytes:
    """A Kerberos PrincipalName."""
    return element(0x30, element(0xA0, number(1)), element(0xA1, element(0x30, *(element(0x1B, part) for part in parts))))


def ticket() -> bytes:
    """A ticket for cifs/files.example.org."""
    service, sealed = name(b"cifs", b"files.example.org"), element(0x30, element(0x04, b"sealed"))
    parts = (number(5), element(0x1B, b"EXAMPLE.ORG"), service, sealed)
    return element(0x61, element(0x30, *(element(0xA0 + index, part) for index, part in enumerate(parts))))


def ap_request() -> bytes:
    """What presents a ticket."""
    flags = element(0x03, bytes(5))
    parts = (number(5), number(14), flags, ticket(), element(0x30, element(0x04, b"sealed")))
    return element(0x6E, element(0x30, *(element(0xA0 + index, part) for index, part in enumerate(parts))))


def ap_reply() -> bytes:
    """What answers a ticket."""
    return element(0x6F, element(0x30, element(0xA0, number(5)), element(0xA1, number(15)), element(0xA2, element(0x30))))


def gss(token: bytes, kind: int = 1) -> bytes:
    """A Kerberos token as GSS-API wraps it; ``kind``: 1 request, 2 answer."""
    return element(0x60, element(0x06, bytes.fromhex("2a864886f712010202")), bytes((kind, 0)), token)


def ntlm_authenticate(*names: str) -> bytes:
    """An AUTHENTICATE_MESSAGE: domain, user, host (EXAMPLE\\alice from LAPTOP)."""
    texts = [text.encode("utf-16-le") for text in names or ("EXAMPLE", "alice", "LAPTOP")]
    blocks = [b"sealed-lm", b"sealed-nt", *texts, b""]
    header, offset = b"", 72
    for block in blocks:
        header += len(block).to_bytes(2, "little") * 2 + offset.to_bytes(4, "little")
        offset += len(block)
    return b"NTLMSSP\0" + (3).to_bytes(4, "little") + header + (1).to_bytes(4, "little") + bytes(8) + b"".join(blocks)
