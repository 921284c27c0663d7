"""OpenFlow (Open Networking Foundation, 1.0 to 1.5): switch and controller.

Claimed: two messages in a row, or one of each direction, whose version, type and length fit; a HELLO alone is weak.
Told: the version. Following ends with it: flow tables are nobody's business here.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import DONE, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

VERSION = FieldSpec("openflow_version", "Version")
PORTS = frozenset((6653, 6633))
VERSIONS = {1: "1.0", 2: "1.1", 3: "1.2", 4: "1.3", 5: "1.4", 6: "1.5"}
HEADER = 8
HELLO, ECHO_REQUEST, ECHO_REPLY, FEATURES_REQUEST = 0, 2, 3, 5
_BARE = frozenset((FEATURES_REQUEST, 7))
BARE_HELLO = 3
"""Up to this version a HELLO has no body: a TPKT packet begins alike."""
LAST_TYPE = 35
FIRST_ELEMENT = b"\x00\x01\x00"


class _OpenFlow(FrameShell):
    """One connection."""

    __slots__ = ()

    label = "OpenFlow"
    header = HEADER
    limit = HEADER

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002
        """Every message tells it."""
        size = head[2] << 8 | head[3]
        if head[0] not in VERSIONS or head[1] > LAST_TYPE or size < HEADER:
            raise ParseError("no OpenFlow header")
        return size

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002
        """A HELLO names the highest version spoken; what follows uses the one agreed on."""
        version, kind = message.u8(), message.u8()
        self.report.set(VERSION, VERSIONS[version])
        return MORE if kind == HELLO else DONE


def header(head: bytes) -> Claim:
    """One message, or more of them."""
    if (head[:1] and head[0] not in VERSIONS) or (len(head) > 1 and head[1] > LAST_TYPE):
        return NO
    if len(head) < HEADER:
        return MAYBE
    size = head[2] << 8 | head[3]
    if (
        size < HEADER
        or (head[1] in _BARE and size != HEADER)
        or (head[1] == HELLO and head[0] <= BARE_HELLO and size != HEADER)
    ):
        return NO
    if head[1] == HELLO and size > HEADER:  # elements, since 1.3: the first names versions
        if head[0] < 4 or size % 8 or not FIRST_ELEMENT.startswith(head[HEADER : HEADER + 3]):
            return NO
        if len(head) < HEADER + 3:
            return MAYBE
    following = head[size : size + 4]
    if len(following) < 4:
        return WEAK
    length = following[2] << 8 | following[3]
    agreed = following[0] == head[0] or (head[1] == HELLO and following[0] in VERSIONS)
    agreed &= head[1] != HELLO or following[1] != HELLO  # said once
    return YES if agreed and following[1] <= LAST_TYPE and length >= HEADER else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Away from the usual ports a conversation begins with HELLO."""
    claim = jointly(client, server, header)
    if claim is WEAK and context.server_port not in PORTS and context.client_port not in PORTS:
        return MAYBE
    begins = all(head[1:2] in (b"", b"\0") for head in (client, server) if head)
    if claim is YES and not (begins or {context.server_port, context.client_port} & PORTS):
        return NO
    return claim


PROTOCOL: ApplicationProtocol = StreamProtocol(_OpenFlow, judge, PORTS, frozenset(VERSIONS))
