"""The two hellos of SSL 2.0, as far as anybody still sends them: mostly a ClientHello that offers SSL 3.0 or TLS.

RFC 5246 appendix E.2 (backward compatible ClientHello) and the SSL 2.0 draft (SERVER-HELLO). In: the record's body without
its two-byte header. Out: what was offered or chosen. Cipher kinds are three bytes; those that begin with 0 are TLS suites.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from ._contract import MAYBE, NO, YES, Claim
from ._cursor import Cursor
from ._tls_hello import ClientHello

CLIENT_HELLO: Final = 1
SERVER_HELLO: Final = 4
MAXIMUM_RECORD: Final = 4096
HEADER: Final = 2


def looks_like_hello(data: bytes) -> Claim:
    """Header and fixed part of a hello; eleven bytes decide."""
    if not data or not data[0] & 0x80:
        return NO
    cursor = Cursor(data)
    length = cursor.u16() & 0x7FFF if cursor.left >= HEADER else 9
    kind = cursor.u8() if len(data) > HEADER else CLIENT_HELLO
    if not 9 <= length <= MAXIMUM_RECORD or kind not in (CLIENT_HELLO, SERVER_HELLO):
        return NO
    if cursor.left < 8:
        return MAYBE if kind == CLIENT_HELLO else NO
    if kind == SERVER_HELLO:
        hit, certificate, version = cursor.u8(), cursor.u8(), cursor.u16()
        return YES if hit < 2 and certificate < 2 and version == 2 else NO
    version, ciphers, session, challenge = cursor.u16(), cursor.u16(), cursor.u16(), cursor.u16()
    fits = length == 9 + ciphers + session + challenge and ciphers and ciphers % 3 == 0
    known = version == 0x0002 or 0x0300 <= version <= 0x0304
    return YES if known and fits and session in (0, 16) and 16 <= challenge <= 32 else NO


def read_client_hello(body: bytes) -> ClientHello:
    """An SSL 2.0 CLIENT-HELLO; suites that only SSL 2.0 knows are left out."""
    cursor = Cursor(body)
    if cursor.u8() != CLIENT_HELLO:
        raise ParseError("not an SSL 2.0 CLIENT-HELLO")
    version, ciphers, session, _challenge = cursor.u16(), cursor.u16(), cursor.u16(), cursor.u16()
    kinds = cursor.sub(ciphers)
    suites = []
    while kinds.left >= 3:
        number = kinds.u24()
        if number < 0x10000:
            suites.append(number)
    return ClientHello(version, cursor.take(session), tuple(suites))
