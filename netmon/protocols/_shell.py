"""What the protocols that live in TCP streams share: an inspector's shell, and the protocol object around it.

``StreamShell`` keeps the report and answers what is alike everywhere. Two kinds derive from it: ``LineShell`` (``_lines``)
for text, ``FrameShell`` (``_frames``) for messages that tell their length.

    PROTOCOL = StreamProtocol(_Bgp, judge, ports=frozenset((179,)))

``judge`` sees the heads of both directions, as ``ApplicationProtocol.claims`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from netmon.errors import ParseError
from netmon.model.finding import Update

from ._contract import NO, Claim, Context, Inspector, Status, Switch
from ._derived import mypyc_attr
from ._report import Report
from ._udp import DatagramProtocol

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
            return NO

    def start(self, context: Context) -> Inspector:
        """A fresh inspector."""
        if self._datagram is not None and context.transport == "udp":
            return self._datagram.start(context)
        return self._shell(context)


def starts_like(data: bytes, word: bytes) -> bool:
    """Whether what has come so far agrees with ``word``: all of it, or its beginning."""
    return data.startswith(word) or word.startswith(data)
