"""Apache Thrift: binary and compact protocol, bare or in frames (thrift-binary-protocol.md, thrift-compact-protocol.md).

Claimed: a message header with version, type and a name that can be one. Told: methods. Arguments are not.
"""

from __future__ import annotations

import re

from ._contract import CLIENT, DONE, FAILED, MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

METHOD = FieldSpec("thrift_method", "Methods", multiple=True)
PORTS = frozenset((9090,))
HEAD = 4 + 8 + 128
_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_.:$-]{0,127}\Z")
_TYPES = frozenset(range(1, 5))
_FIELD_TYPES = frozenset((0, 2, 3, 4, 6, 8, 10, 11, 12, 13, 14, 15))


def name_of(head: bytes) -> tuple[Claim, bytes]:
    """The method of the message that begins here."""
    if head[:1] == b"\x82":
        return _compact(head)
    if head[:1] == b"\0":  # framed: four octets of size before the message
        if len(head) < 5:
            return MAYBE, b""
        inner, name = name_of(head[4:]) if head[4] in (0x80, 0x82) else (NO, b"")
        return (inner if int.from_bytes(head[:4], "big") > len(name) + 8 else NO), name
    version = head[:4]
    if not b"\x80\x01\x00".startswith(version[:3]) or (len(version) == 4 and version[3] not in _TYPES):
        return NO, b""
    if len(head) < 8:
        return MAYBE, b""
    size = int.from_bytes(head[4:8], "big")
    name, after = head[8 : 8 + size], head[12 + size : 13 + size]
    if not 0 < size <= 128 or (name and not _NAME.match(name)):
        return NO, b""
    if len(name) < size or not after:
        return MAYBE, name
    return (YES if after[0] in _FIELD_TYPES else NO), name


def _compact(head: bytes) -> tuple[Claim, bytes]:
    """Protocol id, version and type, sequence number, name."""
    if len(head) > 1 and (head[1] & 0x1F != 1 or head[1] >> 5 not in _TYPES):
        return NO, b""
    position = 2
    while head[position : position + 1] >= b"\x80" and position < 7:
        position += 1
    size = head[position + 1 : position + 2]
    name = head[position + 2 : position + 2 + (size or b"\1")[0]]
    if not size or not name:
        return MAYBE if position < 7 else NO, b""
    if not 1 < size[0] < 128 or not _NAME.match(name):
        return NO, b""
    return (YES if len(name) == size[0] else MAYBE), name


class _Thrift(StreamShell):
    """One connection: messages that are not framed tell no length, so each direction's beginning is all that is read."""

    __slots__ = ("_heads",)

    label = "Thrift"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._heads = [b"", b""]

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002
        """Until the first method is whole."""
        if len(self._heads[side]) >= HEAD:
            return DONE
        head = self._heads[side] = self._heads[side] + data[: HEAD - len(self._heads[side])]
        claim, name = name_of(head)
        if claim is MAYBE:
            return MORE
        if claim is NO:
            return FAILED
        self.report.add(METHOD, name)
        self.report.summary = name.decode("ascii")
        return DONE if side == CLIENT or self.context.midstream else MORE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002
        """The beginning is over."""
        return DONE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001
    """Calls and replies begin alike."""
    return jointly(client, server, lambda head: name_of(head)[0])


PROTOCOL: ApplicationProtocol = StreamProtocol(_Thrift, judge, PORTS, frozenset((0, 0x80, 0x82)))
