"""A stream inspector's shell for protocols of text lines: one call per line, without its line end.

    class _Smtp(LineShell):
        label = "SMTP"
        def line(self, side: int, text: bytes) -> Status: ...   # self.report, self.now

Rules never broken: every cutting of a stream gives the same calls and the same attention; at most ``limit`` bytes of a line
are kept, the rest is passed over; each byte is touched a bounded number of times. After a gap lines begin anew behind the
next line end.
"""

from __future__ import annotations

from typing import ClassVar

from ._contract import ALWAYS, MORE, SWITCH, Context, Status
from ._derived import mypyc_attr
from ._shell import StreamShell


@mypyc_attr(allow_interpreted_subclasses=True)
class LineShell(StreamShell):
    """A protocol of text lines."""

    __slots__ = ("_fragment", "_lines")

    limit: ClassVar[int] = 2048

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._lines = (bytearray(), bytearray())
        self._fragment = [False, False]
        """The next line is the end of one whose beginning was lost."""

    @property
    def held(self) -> int:
        """Of unfinished lines."""
        return len(self._lines[0]) + len(self._lines[1])

    def line(self, side: int, text: bytes) -> Status:
        """One line without its end."""
        raise NotImplementedError

    def raw(self, side: int) -> int:  # noqa: ARG002
        """How many of the next bytes of this side are no lines (a literal, a message body); asked between lines."""
        return 0

    def indifferent(self, side: int) -> bool:  # noqa: ARG002
        """Whether no line of this side can tell anything before the other side has spoken; asked between lines."""
        return False

    def passed(self, side: int, count: int, data: bytes = b"") -> None:
        """So many raw bytes went by; ``data`` is empty where they were lost."""

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """See the contract."""
        self.now = timestamp_ns
        pending = self._lines[side]
        status = MORE
        position, size = 0, len(data)
        if self.indifferent(side):
            position = self._pass_lines(side, data)
            status = ALWAYS if position else status
        while position < size:
            count = 0 if pending else min(self.raw(side), size - position)
            if count:
                self.passed(side, count, data[position : position + count])
                position += count
                continue
            end = data.find(b"\n", position)
            if end < 0:
                pending += data[position : position + max(self.limit - len(pending), 0)]
                break
            text = bytes(pending + data[position:end]) if pending else data[position:end]
            position = end + 1
            pending.clear()
            if self._fragment[side]:
                self._fragment[side] = False
                continue
            status = self.line(side, text[: self.limit].rstrip(b"\r"))
            if status is SWITCH:
                self.rest[side] = data[position:]
            if status is not MORE and status is not ALWAYS:
                return status
        return status

    def _pass_lines(self, side: int, data: bytes) -> int:
        """Step over whole lines; the position behind the last of them."""
        position = data.rfind(b"\n") + 1
        if position:
            self._lines[side].clear()
            self._fragment[side] = False
        return position

    def gap(self, side: int, length: int) -> Status:
        """What follows, up to a line end, is a fragment; a gap inside raw bytes does no harm."""
        self.lose()
        raw = 0 if self._lines[side] else min(self.raw(side), length)
        if raw:
            self.passed(side, raw)
        if raw < length:
            self._lines[side].clear()
            self._fragment[side] = True
        return MORE
