"""A stream inspector's shell for protocols of messages that tell their length: one call per message.

    class _Bgp(FrameShell):
        label, header = "BGP", 19                               # bytes that tell the message's whole length
        def length(self, side: int, head: bytes) -> int: ...    # whole length; ParseError when it is no header
        def frame(self, side: int, message: Cursor) -> Status: ...

Rules never broken: every cutting of a stream gives the same calls and the same attention; at most ``limit`` bytes of a
message are kept, the rest is passed over; each byte is touched a bounded number of times. After a gap messages go on where
it stayed inside one, which is lost, else that direction is deaf. An error in the first message means "not mine"; later that
direction is deaf. Both deaf: done. Inside SCTP every feed is a message, so each begins anew, and an error concerns that one
only.
"""

from __future__ import annotations

from typing import ClassVar, Final

from netmon.errors import ParseError

from ._contract import ALWAYS, DONE, MORE, SWITCH, Context, Status
from ._cursor import Cursor
from ._derived import mypyc_attr
from ._shell import StreamShell

MAXIMUM_HEADER: Final = 64


class _Framing:
    """One direction's position between messages."""

    __slots__ = ("broken", "buffer", "deaf", "frames", "left", "more")

    def __init__(self) -> None:
        self.buffer = bytearray()
        """The beginning of the message at hand, up to ``limit``."""
        self.left = -1
        """Bytes of the message at hand still to come; -1 before its header was read."""
        self.more = 0
        """Bytes of header wanted, where its size is variable; 0 otherwise."""
        self.frames = 0
        self.broken = False
        """Part of the message at hand is missing."""
        self.deaf = False

    def restart(self) -> None:
        """What comes next begins a message."""
        self.buffer.clear()
        self.left, self.more, self.broken = -1, 0, False


@mypyc_attr(allow_interpreted_subclasses=True)
class FrameShell(StreamShell):
    """A protocol of messages that tell their length."""

    __slots__ = ("framing",)

    header: ClassVar[int] = 4
    limit: ClassVar[int] = 16 * 1024
    """Bytes of a message that are kept; a longer one is handed over cut."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.framing = (_Framing(), _Framing())

    @property
    def held(self) -> int:
        """Of unfinished messages."""
        return len(self.framing[0].buffer) + len(self.framing[1].buffer)

    def head_size(self, side: int) -> int:  # noqa: ARG002
        """Bytes needed to know the length; a protocol whose header varies answers by its state."""
        return self.header

    def length(self, side: int, head: bytes) -> int:
        """Whole length of the message that begins with ``head``; 0 when one byte more must be seen (lengths of variable
        size); ``ParseError`` when it is none."""
        raise NotImplementedError

    def frame(self, side: int, message: Cursor) -> Status:
        """One message, header included. ``ParseError`` when it is not what it should be."""
        raise NotImplementedError

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """See the contract."""
        self.now = timestamp_ns
        framing = self.framing[side]
        alone = self.context.transport == "sctp"
        if alone:
            framing.restart()
        status = MORE
        cursor = Cursor(data)
        while not cursor.at_end and not framing.deaf:
            try:
                answer = self._step(side, framing, cursor)
            except ParseError:
                if alone or not framing.frames:
                    raise
                framing.deaf = True
                break
            if answer is None:
                continue
            if answer is SWITCH:
                self.rest[side] = cursor.rest()
            if answer is ALWAYS:
                status = answer
            elif answer is not MORE:
                return answer
        return self.deafness(status) if framing.deaf else status

    def _step(self, side: int, framing: _Framing, cursor: Cursor) -> Status | None:
        """Take what belongs to the message at hand; the answer to it when that completes it."""
        buffer = framing.buffer
        if framing.left < 0:
            size = framing.more or self.head_size(side)
            buffer += cursor.take(min(max(size - len(buffer), 0), cursor.left))
            if len(buffer) < size:
                return None
            total = self.length(side, bytes(buffer))
            if not total and size < MAXIMUM_HEADER:
                framing.more = size + 1
                return None
            if total < len(buffer):
                raise ParseError("message shorter than its header")
            framing.left, framing.more = total - len(buffer), 0
        count = min(framing.left, cursor.left)
        kept = min(count, max(self.limit - len(buffer), 0))
        buffer += cursor.take(kept)
        cursor.skip(count - kept)
        framing.left -= count
        if framing.left:
            return None
        message, broken = bytes(buffer), framing.broken
        buffer.clear()
        framing.left, framing.broken = -1, False
        if broken:
            return None
        answer = self.frame(side, Cursor(message))
        framing.frames += 1
        return answer

    def deafness(self, otherwise: Status = MORE) -> Status:
        """Done when neither direction can be followed any more."""
        return DONE if all(framing.deaf for framing in self.framing) else otherwise

    def gap(self, side: int, length: int) -> Status:
        """See the module."""
        self.lose()
        framing = self.framing[side]
        if length <= framing.left:
            framing.left -= length
            framing.broken = True
        else:
            framing.deaf = True
        return self.deafness()
