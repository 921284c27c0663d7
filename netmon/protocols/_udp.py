"""What the protocols that live in single UDP datagrams share: the protocol object and the shell of an inspector.

A protocol gives a ``recognise`` function, which judges one payload whatever its direction, and an inspector class whose
``take`` reads one payload:

    class _Ntp(DatagramInspector):
        label, idle_timeout = "NTP", 30.0
        def take(self, data: bytes) -> Status: ...        # self.report, self.side, self.now

    PROTOCOL = DatagramProtocol(_Ntp, recognise, ports=frozenset((123,)))

``recognise`` answers ``Claim``; with a payload of each direction at hand both must agree. ``take`` raises ``ParseError`` for
a payload that is not the protocol's; the engine forgives some of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from netmon.errors import ParseError
from netmon.model.finding import Update

from ._contract import MAYBE, MORE, NO, WEAK, YES, Claim, Context, Inspector, Look, Status, Switch
from ._derived import mypyc_attr
from ._report import Report

_PRINTABLE: Final = bytes((9, 10, 13, *range(32, 127)))
Recognise = Callable[[Context, bytes], Claim]


@mypyc_attr(allow_interpreted_subclasses=True)
class DatagramInspector:
    """Feeds payloads to ``take`` and hands over what the report has collected."""

    __slots__ = ("context", "now", "report", "side")

    label: ClassVar[str] = ""
    idle_timeout: ClassVar[float | None] = None
    announces: ClassVar[bool] = False
    afterwards: ClassVar[str] = ""
    """The state once it is known what this is and payloads follow that ``take`` cannot read (voice, a game under way)."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.report = Report(self.label, context)
        self.report.idle_timeout = self.idle_timeout
        self.side = 0
        """Who sent the payload at hand."""
        self.now = 0
        """When, in nanoseconds."""

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """One payload."""
        self.side, self.now = side, timestamp_ns
        try:
            return self.take(data)
        except ParseError:
            if not self.afterwards or not self.report.state:
                raise
            self.report.state = self.afterwards
            return MORE

    def take(self, data: bytes) -> Status:
        """Read one payload."""
        raise NotImplementedError

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  datagrams have no gaps
        """Never called."""
        return MORE

    def update(self) -> Update | None:
        """What is new."""
        return self.report.update()

    def switch(self) -> Switch:
        """Recognition goes on with the next payload."""
        return Switch()


@mypyc_attr(allow_interpreted_subclasses=True)
class DatagramProtocol:
    """A protocol object over UDP."""

    __slots__ = ("_recognise", "_start", "announces", "bound", "first_bytes", "label", "look", "ports", "transports",
                 "unanimous")  # fmt: skip

    def __init__(
        self,
        start: type[DatagramInspector],
        recognise: Recognise,
        ports: frozenset[int] = frozenset(),
        first_bytes: frozenset[int] | None = None,
        transports: frozenset[str] = frozenset(("udp",)),
        bound: bool = False,
        look: Look | None = None,
    ) -> None:
        self.label = start.label
        self.ports = ports
        self.transports = transports
        self.first_bytes = first_bytes
        self.bound = bound
        self.look = look
        self.announces = start.announces
        self.unanimous = type(self).claims is DatagramProtocol.claims
        self._start = start
        self._recognise = recognise

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        """The surest answer, unless one direction says no (which is also what ``ParseError`` means)."""
        try:
            first = self._recognise(context, client) if client else MAYBE
            if not server or first is NO:
                return first
            second = self._recognise(context, server)
        except ParseError:
            return NO
        for claim in (NO, YES, WEAK):
            if second is claim or first is claim:
                return claim
        return MAYBE

    def start(self, context: Context) -> Inspector:
        """A fresh inspector."""
        return self._start(context)


def is_text(data: bytes) -> bool:
    """Nothing but printable ASCII at the beginning: whatever it is, it is not encrypted."""
    return len(data) > 8 and not data[:48].translate(None, _PRINTABLE)


def on_port(context: Context, *ports: int) -> bool:
    """Either end uses one of these ports."""
    return context.server_port in ports or context.client_port in ports
