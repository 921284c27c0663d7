"""What the protocols that live in TCP streams share: an inspector's shell, and how messages are cut out of a stream.

``StreamShell`` keeps the report and answers what is alike everywhere. Two kinds derive from it:

    class _Smtp(LineShell):                                     # text: one call per line, without its line end
        label = "SMTP"
        def line(self, side: int, text: bytes) -> Status: ...   # self.report, self.now

    class _Bgp(FrameShell):                                     # binary: one call per message
        label, header = "BGP", 19                               # bytes that tell the message's whole length
        def length(self, side: int, head: bytes) -> int: ...    # whole length; ParseError when it is no header
        def frame(self, side: int, message: Cursor) -> Status: ...

    PROTOCOL = StreamProtocol(_Bgp, judge, ports=frozenset((179,)))

``judge`` sees the heads of both directions, as ``ApplicationProtocol.claims`` does.

Rules never broken: every cutting of a stream gives the same calls and the same attention; at most ``limit`` bytes of a line
or message are kept, the rest is passed over; each byte is touched a bounded number of times. After a gap lines begin anew
behind the next line end; messages go on where the gap stayed inside one, which is lost, else that direction is deaf. An
error in the first message means "not mine"; later that direction is deaf. Both deaf: done. Inside SCTP every feed is a
message, so each begins anew, and an error concerns that one only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from netmon.errors import ParseError
from netmon.model.finding import Update

from ._contract import Claim, Context, Inspector, Status, Switch
from ._cursor import Cursor
from ._derived import mypyc_attr
from ._report import Report
from ._udp import DatagramProtocol

MAXIMUM_HEADER = 64
Judge = Callable[[Context, bytes, bytes], Claim]


@mypyc_attr(allow_interpreted_subclasses=True)
class StreamShell:
    """The part that is alike in every stream inspector."""

    __slots__ = ("_answers", "_requests", "context", "now", "report", "rest", "switched_to")

    label: ClassVar[str] = ""
    exchange: ClassVar[str] = ""
    """What a request and its answer are called, where answers come in the order of requests; see ``ask``."""
    idle_timeout: ClassVar[float | None] = None
    announces: ClassVar[bool] = False
    """It names other conversations (FTP); see ``ApplicationProtocol``."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.report = Report(self.label, context)
        self.report.idle_timeout = self.idle_timeout
        self.now = 0
        """Nanoseconds of the segment at hand."""
        self._requests = self._answers = 0
        self.rest = [b"", b""]
        """After SWITCH: what belongs to whatever follows, per side."""
        self.switched_to = ""

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """See the contract."""
        raise NotImplementedError

    def gap(self, side: int, length: int) -> Status:
        """See the contract."""
        raise NotImplementedError

    def ask(self) -> None:
        """A request, to which the answer will come in its turn."""
        self.report.request(self._requests, self.now, self.exchange)
        self._requests += 1

    def answer(self) -> None:
        """The beginning of an answer: to the oldest request that waits, if one does."""
        if self.waits:
            self.report.response(self._answers, self.now, self.exchange)
            self._answers += 1

    @property
    def waits(self) -> bool:
        """A request has no answer yet."""
        return self._answers < self._requests

    def lose(self) -> None:
        """Something is missing: who answers whom is not known, for what waits."""
        self._answers = self._requests

    @property
    def held(self) -> int:
        """See ``ApplicationProtocol``."""
        return 0

    def update(self) -> Update | None:
        """See the contract."""
        return self.report.update()

    def switch(self) -> Switch:
        """See the contract."""
        return Switch(self.rest[0], self.rest[1], self.switched_to)


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
        status = Status.MORE
        position, size = 0, len(data)
        if self.indifferent(side):
            position = self._pass_lines(side, data)
            status = Status.ALWAYS if position else status
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
            if status is Status.SWITCH:
                self.rest[side] = data[position:]
            if status is not Status.MORE and status is not Status.ALWAYS:
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
        return Status.MORE


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
        status = Status.MORE
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
            if answer is Status.SWITCH:
                self.rest[side] = cursor.rest()
            if answer is Status.ALWAYS:
                status = answer
            elif answer is not Status.MORE:
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

    def deafness(self, otherwise: Status = Status.MORE) -> Status:
        """Done when neither direction can be followed any more."""
        return Status.DONE if all(framing.deaf for framing in self.framing) else otherwise

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


@mypyc_attr(allow_interpreted_subclasses=True)
class StreamProtocol:
    """A protocol object over a shell class and a judgement of the two heads; ``datagram`` when it runs over UDP too,
    ``sctp`` when it also runs inside SCTP, a whole message at a time."""

    __slots__ = ("_datagram", "_judge", "_shell", "announces", "datagram_first_bytes", "first_bytes", "label", "look",
                 "ports", "transports", "unanimous")  # fmt: skip

    def __init__(
        self,
        shell: type[StreamShell],
        judge: Judge,
        ports: frozenset[int],
        first_bytes: frozenset[int] | None = None,
        datagram: DatagramProtocol | None = None,
        sctp: bool = False,
    ) -> None:
        self.label = shell.label
        self.transports = frozenset(("tcp", *(("udp",) if datagram else ()), *(("sctp",) if sctp else ())))
        self.ports = ports
        self.first_bytes = first_bytes
        self.datagram_first_bytes = datagram.first_bytes if datagram else None
        self.look = datagram.look if datagram else None
        self.announces = shell.announces
        self.unanimous = datagram is not None and datagram.unanimous
        self._shell, self._judge, self._datagram = shell, judge, datagram

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        """See the contract. A judgement may raise ``ParseError``, which is a no."""
        if self._datagram is not None and context.transport == "udp":
            return self._datagram.claims(context, client, server)
        try:
            return self._judge(context, client, server)
        except ParseError:
            return Claim.NO

    def start(self, context: Context) -> Inspector:
        """A fresh inspector."""
        if self._datagram is not None and context.transport == "udp":
            return self._datagram.start(context)
        return self._shell(context)


def starts_like(data: bytes, word: bytes) -> bool:
    """Whether what has come so far agrees with ``word``: all of it, or its beginning."""
    return data.startswith(word) or word.startswith(data)
