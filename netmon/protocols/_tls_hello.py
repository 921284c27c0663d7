"""ClientHello and ServerHello: the body of a handshake message in, a frozen record out.

RFC 8446 section 4.1 and 4.2 (TLS 1.3), RFC 5246 section 7.4.1 (TLS 1.2), RFC 6066 (SNI), RFC 7301 (ALPN), RFC 6347 and
RFC 9147 (DTLS: a cookie between session id and cipher suites). Shared by TLS, DTLS and QUIC.

A broken frame (lengths beyond the message) raises ``ParseError``; a broken extension is kept by number and its content
ignored, as the fingerprints count it all the same. GREASE numbers (RFC 8701) stay in the lists; users leave them out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import unpack
from typing import Final

from netmon.errors import ParseError

from ._cursor import Cursor

SERVER_NAME: Final = 0
SUPPORTED_GROUPS: Final = 10
EC_POINT_FORMATS: Final = 11
SIGNATURE_ALGORITHMS: Final = 13
ALPN: Final = 16
SESSION_TICKET: Final = 35
PRE_SHARED_KEY: Final = 41
EARLY_DATA: Final = 42
SUPPORTED_VERSIONS: Final = 43
KEY_SHARE: Final = 51
QUIC_PARAMETERS: Final = 57
NEXT_PROTOCOL: Final = 13172
QUIC_PARAMETERS_DRAFT: Final = 0xFFA5
ENCRYPTED_CLIENT_HELLO: Final = 0xFE0D
HELLO_RETRY: Final = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""ServerHello.random of a HelloRetryRequest (RFC 8446 section 4.1.3)."""
MAXIMUM_NUMBERS: Final = 512
"""Entries kept of any list; longer ones are not made by honest software (JA4 stops counting at 99)."""


def is_grease(number: int) -> bool:
    """One of the sixteen reserved values 0x0A0A, 0x1A1A, ... (RFC 8701)."""
    return number & 0x0F0F == 0x0A0A and number >> 8 == number & 0xFF


def without_grease(numbers: tuple[int, ...]) -> list[int]:
    """The list less the reserved values."""
    return [number for number in numbers if number & 0x0F0F != 0x0A0A or number >> 8 != number & 0xFF]


@dataclass(slots=True)
class Extensions:
    """What both hellos can say in extensions."""

    types: tuple[int, ...] = ()
    """Numbers in wire order."""
    server_name: bytes = b""
    alpn: tuple[bytes, ...] = ()
    versions: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    point_formats: tuple[int, ...] = ()
    signature_algorithms: tuple[int, ...] = ()
    key_shares: tuple[int, ...] = ()
    """Groups a key share is given for."""
    ticket: bool = False
    """A session ticket is presented."""
    pre_shared_key: bool = False
    early_data: bool = False
    encrypted_hello: bool = False
    quic_parameters: bytes = b""


@dataclass(slots=True)
class ClientHello:
    """What the client offers."""

    version: int
    """``legacy_version``."""
    session_id: bytes = b""
    ciphers: tuple[int, ...] = ()
    extensions: Extensions = field(default_factory=Extensions)


@dataclass(slots=True)
class ServerHello:
    """What the server chooses."""

    version: int
    """``legacy_version``."""
    session_id: bytes
    cipher: int
    retry: bool
    """HelloRetryRequest."""
    extensions: Extensions

    @property
    def negotiated(self) -> int:
        """The version in force (``supported_versions`` when present)."""
        return self.extensions.versions[0] if self.extensions.versions else self.version


def _numbers(data: bytes) -> tuple[int, ...]:
    """16-bit numbers; an odd byte at the end is ignored."""
    count = min(len(data) // 2, MAXIMUM_NUMBERS)
    return unpack(f">{count}H", data[: 2 * count])


def _server_name(cursor: Cursor) -> bytes:
    """The first ``host_name``; empty where there is none (a server's acknowledgement)."""
    if cursor.at_end:
        return b""
    names = cursor.sub(cursor.u16())
    while not names.at_end:
        kind, name = names.u8(), names.take(names.u16())
        if kind == 0:
            return name
    return b""


def _alpn(cursor: Cursor) -> tuple[bytes, ...]:
    names = cursor.sub(cursor.u16())
    found: list[bytes] = []
    while not names.at_end and len(found) < MAXIMUM_NUMBERS:
        found.append(names.take(names.u8()))
    return tuple(found)


def _key_shares(cursor: Cursor) -> tuple[int, ...]:
    shares = cursor.sub(cursor.u16())
    found: list[int] = []
    while not shares.at_end and len(found) < MAXIMUM_NUMBERS:
        found.append(shares.u16())
        shares.skip(shares.u16())
    return tuple(found)


def _read_extension(kind: int, cursor: Cursor, client: bool, into: Extensions) -> None:
    """The content of one extension."""
    if kind == SERVER_NAME:
        into.server_name = _server_name(cursor)
    elif kind == ALPN:
        into.alpn = _alpn(cursor)
    elif kind == SUPPORTED_VERSIONS:
        into.versions = _numbers(cursor.take(cursor.u8())) if client else (cursor.u16(),)
    elif kind == SUPPORTED_GROUPS:
        into.groups = _numbers(cursor.take(cursor.u16()))
    elif kind == EC_POINT_FORMATS:
        into.point_formats = tuple(cursor.take(cursor.u8()))
    elif kind == SIGNATURE_ALGORITHMS:
        into.signature_algorithms = _numbers(cursor.take(cursor.u16()))
    elif kind == KEY_SHARE:
        into.key_shares = _key_shares(cursor) if client else (cursor.u16(),)
    elif kind == SESSION_TICKET:
        into.ticket = not cursor.at_end
    elif kind == PRE_SHARED_KEY:
        into.pre_shared_key = True
    elif kind == EARLY_DATA:
        into.early_data = True
    elif kind == ENCRYPTED_CLIENT_HELLO:
        into.encrypted_hello = True
    elif kind in (QUIC_PARAMETERS, QUIC_PARAMETERS_DRAFT):
        into.quic_parameters = cursor.rest()


READ: Final = frozenset({SERVER_NAME, ALPN, SUPPORTED_VERSIONS, SUPPORTED_GROUPS, EC_POINT_FORMATS, SIGNATURE_ALGORITHMS,
                         KEY_SHARE, SESSION_TICKET, PRE_SHARED_KEY, EARLY_DATA, ENCRYPTED_CLIENT_HELLO, QUIC_PARAMETERS,
                         QUIC_PARAMETERS_DRAFT})  # fmt: skip
"""Extensions whose content is looked at."""


def read_extensions(cursor: Cursor, *, client: bool) -> Extensions:
    """The extension block, length first; absent altogether is allowed (RFC 5246 section 7.4.1.2)."""
    found = Extensions()
    if cursor.left < 2:
        return found
    block = cursor.sub(cursor.u16())
    types: list[int] = []
    while block.left >= 4 and len(types) < MAXIMUM_NUMBERS:
        kind = block.u16()
        length = block.u16()
        types.append(kind)
        content = block.sub(min(length, block.left))
        if kind in READ:
            try:  # noqa: SIM105  a context manager costs three times as much, on the hottest path of this file
                _read_extension(kind, content, client, found)
            except ParseError:
                pass  # its presence counts, its content is broken
    found.types = tuple(types)
    return found


def read_client_hello(body: bytes, *, datagram: bool = False) -> ClientHello:
    """A ClientHello message without its handshake header."""
    cursor = Cursor(body)
    version = cursor.u16()
    cursor.skip(32)
    session_id = cursor.take(cursor.u8())
    if len(session_id) > 32:
        raise ParseError("session id too long")
    if datagram:
        cursor.skip(cursor.u8())
    length = cursor.u16()
    if length & 1:
        raise ParseError("odd cipher suite list")
    ciphers = _numbers(cursor.take(length))
    cursor.skip(cursor.u8())  # compression methods
    return ClientHello(version, session_id, ciphers, read_extensions(cursor, client=True))


def read_server_hello(body: bytes) -> ServerHello:
    """A ServerHello or HelloRetryRequest message without its handshake header (TLS 1.3 drafts before 22 too)."""
    cursor = Cursor(body)
    version = cursor.u16()
    random = cursor.take(32)
    if 0x7F00 <= version < 0x7F16:  # drafts 0 to 21 have no session id and no compression method here
        return ServerHello(version, b"", cursor.u16(), False, read_extensions(cursor, client=False))
    session_id = cursor.take(cursor.u8())
    if len(session_id) > 32:
        raise ParseError("session id too long")
    cipher = cursor.u16()
    cursor.u8()
    return ServerHello(version, session_id, cipher, random == HELLO_RETRY, read_extensions(cursor, client=False))
