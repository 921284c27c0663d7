"""A plug-in that does whatever its script says, octet by octet: what the fence must hold, for tests and ``scripts/fuzz``.

``survived`` plays one: the first octets are what the plug-in does, call by call; behind a zero follow the payloads that it
is given. Nothing may come out but what the fence promises.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from netmon.model.finding import ChildFlow, Confidence, Exchange, Field, Finding, LearnedName, Role, Secrecy, Update
from netmon.model.flow import InspectKind
from netmon.protocols._contract import Claim, Context, Look, Status, Switch
from netmon.protocols._engine import Engine, Limits
from netmon.protocols._fence import Fenced, check_update
from netmon.protocols._guard import LONGEST, Overdue
from netmon.protocols._registry import Registry

from ._talk import wire_of

TRANSPORTS = ("tcp", "udp", "sctp")


class _Odd:
    """Has nothing, and compares with nothing."""

    def __eq__(self, other: object) -> bool:
        raise ZeroDivisionError

    def __hash__(self) -> int:
        raise ZeroDivisionError

    def __repr__(self) -> str:
        raise ZeroDivisionError


class _Key(_Odd):
    """Goes into a dictionary and cannot be found there."""

    def __hash__(self) -> int:
        return 1


class _Text(str):
    """No ``str`` of ours."""


ODD: tuple[object, ...] = (
    None, True, -1, 1 << 70, 3.5, float("nan"), "", "word", "x" * 2000, "\x1b[2J", "\ud800", _Text("word"), b"", b"1234", (),
    [], {}, ("word",), ("word",) * 500, (1, 2), (None,), ((),), frozenset("a"), object(), _Odd(), _Key(), ZeroDivisionError,
    Claim.YES,
    Status.MORE, Confidence.CONTENT, Role.REQUEST, Update(), Finding("WILD", Confidence.CONTENT), Switch(b"a", b"b", "TLS"),
    Field("name", "Name", ("value",)), Exchange(1, Role.REQUEST, 1), LearnedName(bytes(4), "name", 1),
    ChildFlow("udp", None, 5, "X"),
    (Field("name", "Name", ("value",)),), (Exchange(1, Role.REQUEST, 1),), (LearnedName(bytes(4), "name", 1),), Look(1),
    (ChildFlow("udp", None, 5, "X"),),
)  # fmt: skip
"""Any of these may stand anywhere."""


class _Ending(BaseException):
    """Not for ``except Exception``."""


RAISED: tuple[type[BaseException], ...] = (
    ZeroDivisionError, SystemExit, GeneratorExit, _Ending, RecursionError, MemoryError, StopIteration, UnicodeError,
    TypeError,
)  # fmt: skip


class Clock:
    """A watch whose time is in the script as well."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due = 0.0

    def seconds(self) -> float:
        """Of processor time."""
        return self.now

    def begin(self, longest: float) -> None:
        """Note until when."""
        self.due = self.now + longest

    def end(self) -> None:
        """Nothing is due."""
        self.due = 0.0

    def pass_by(self, seconds: float) -> None:
        """A call goes on for so long, and is broken off."""
        self.now += seconds
        if self.due and self.now >= self.due:
            raise Overdue


class Wild:
    """The plug-in, and the inspectors it starts, all from one script."""

    def __init__(self, script: bytes, clock: Clock) -> None:
        self._script: Iterator[int] = iter(script)
        self._clock = clock
        self.label, self.transports, self.ports = "WILD", frozenset(TRANSPORTS), frozenset((44444,))
        first = self._octet()
        self.look = Look(1 + (first >> 5), 0, frozenset(range(256))) if first & 1 else None
        self.first_bytes = frozenset(range(first)) if first & 2 else None
        self.announces, self.bound = bool(first & 4), bool(first & 8)

    def _octet(self) -> int:
        return next(self._script, 0)

    def _any(self, good: object) -> object:
        """Mostly what belongs there."""
        octet = self._octet()
        return ODD[octet % len(ODD)] if octet >= 200 else good

    def _do(self, answers: tuple[object, ...]) -> object:
        """One call."""
        octet = self._octet()
        if octet >= 250:
            print("printed by a plug-in")
        elif octet >= 240:
            sys.stderr.write("written by a plug-in")
        elif octet >= 230:
            self._clock.pass_by((octet - 230) * LONGEST / 5)
        elif octet >= 215:
            raise RAISED[octet % len(RAISED)]
        return self._any(answers[octet % len(answers)])

    def claims(self, context: Context, client: bytes, server: bytes) -> object:
        """Mostly a claim."""
        return self._do((Claim.YES, Claim.YES, Claim.WEAK, Claim.MORE, Claim.NO))

    def start(self, context: Context) -> object:
        """Mostly this."""
        return self._do((self,))

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> object:
        """Mostly a status."""
        return self._do(tuple(Status) + (Status.MORE,) * 4)

    def gap(self, side: int, length: int) -> object:
        """Likewise."""
        return self._do(tuple(Status))

    def switch(self) -> object:
        """Mostly a switch."""
        return self._do(
            (Switch(), Switch(b"toy", b"", ""), Switch(b"", b"rest", "TLS"), Switch(*map(self._any, (b"", b"", ""))))
        )  # type: ignore[arg-type]

    @property
    def sure(self) -> object:
        """Mostly no."""
        return self._do((False, True))

    @property
    def held(self) -> object:
        """Mostly little."""
        return self._do((0, 1000, 1 << 40))

    def update(self) -> object:
        """Mostly a whole update, each part of which may be odd."""
        field = Field(*map(self._any, ("wild_name", "Name", ("value", 5), True, Secrecy.PUBLIC)))  # type: ignore[arg-type]
        told = Finding(*map(self._any, ("WILD", Confidence.CONTENT, "", "", "", "", (field,), ("odd",), 5.0, ())))  # type: ignore[arg-type]
        update = Update(
            self._any(told),  # type: ignore[arg-type]
            self._any((Exchange(*map(self._any, (1, Role.REQUEST, 5, "wild", False))),)),  # type: ignore[arg-type]
            self._any((LearnedName(*map(self._any, (bytes(4), "name", 5, ("alias",)))),)),  # type: ignore[arg-type]
            self._any((ChildFlow(*map(self._any, ("udp", None, 5, "X"))),)),  # type: ignore[arg-type]
        )
        return self._do((update, update, update, None))


def survived(data: bytes) -> None:
    """The promise: only good updates come out, what is held is bounded and given back, the standard streams stay."""
    script, _, rest = data.partition(b"\0")
    clock, streams = Clock(), (sys.stdout, sys.stderr)
    limits = Limits(flows=3, buffered=50_000)
    engine = Engine(Registry([Fenced(Wild(script, clock), clock)]), limits)  # type: ignore[arg-type]
    wires = [wire_of(TRANSPORTS[number % 3], number, 44444 + number // 3) for number in range(6)]
    payloads = [rest[at : at + 8] for at in range(0, min(len(rest), 512), 8)] or [b"hello"]
    for payload in payloads:
        wire, side = wires[payload[0] % len(wires)], payload[-1] & 1
        skipped = 5 if wire.kind is InspectKind.TCP and payload[0] >= 240 else 0
        wire.offsets[side] += skipped
        for _, update in engine.inspect([wire.frame(side, payload)]).updates:
            check_update(update)
        held = engine.statistics()
        assert 0 <= held.buffered <= limits.buffered and held.flows <= limits.flows, held
        assert (sys.stdout, sys.stderr) == streams
    for _, update in engine.finish_all().updates:
        check_update(update)
    over = engine.statistics()
    assert (over.flows, over.buffered) == (0, 0), over
