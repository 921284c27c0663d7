"""TPKT (RFC 2126, RFC 1006) and the X.224 headers inside it, which RDP, S7 and H.323 begin with.

In: a head or a message. Out: lengths and kinds. ``ParseError`` where it is none.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

HEADER: Final = 4
MINIMUM: Final = 7
CONNECTION_REQUEST: Final = 0xE0
CONNECTION_CONFIRM: Final = 0xD0
DATA: Final = 0xF0


def length(head: bytes) -> int:
    """Whole length of the packet that begins with these four octets."""
    size = head[2] << 8 | head[3]
    if head[0] != 3 or head[1] or size < MINIMUM:
        raise ParseError("no TPKT header")
    return size


def plausible(head: bytes) -> bool:
    """As far as it goes this may be a TPKT packet."""
    return head[:1] in (b"", b"\x03") and head[1:2] in (b"", b"\0") and (len(head) < 4 or head[2] << 8 | head[3] >= MINIMUM)
