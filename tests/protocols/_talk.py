"""Conversations as the meter hands them to the engine, cut in every way; and small protocols to try the engine with."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterable, Sequence

from netmon.model.finding import Finding, Update
from netmon.model.flow import Inspected, InspectKind
from netmon.protocols._contract import ApplicationProtocol, Claim, Context, Status, Switch
from netmon.protocols._engine import Engine, Harvest, Limits
from netmon.protocols._registry import Registry, load
from netmon.protocols._report import FieldSpec, Report
from netmon.protocols._sctp import USERS

CLIENT_PORT, SERVER_PORT = 50000, 44444
SECOND = 1_000_000_000
Talk = Sequence[tuple[int, bytes]]
"""(side, bytes) in the order of a conversation."""


class Wire:
    """One flow's frames; remembers how far each direction has come."""

    def __init__(self, flow_id: int = 1, kind: InspectKind = InspectKind.TCP, server_port: int = SERVER_PORT) -> None:
        self.flow_id, self.kind, self.server_port = flow_id, kind, server_port
        self.offsets = [0, 0]
        self.now_ns = SECOND
        self.midstream = False

    def frame(self, side: int, data: bytes, offset: int | None = None, length: int | None = None) -> Inspected:
        """The next frame, or one at ``offset``."""
        self.now_ns += 1000
        if offset is None:
            offset = self.offsets[side]
            self.offsets[side] += len(data) if length is None else length
        ports = (self.server_port, CLIENT_PORT) if side else (CLIENT_PORT, self.server_port)
        size = len(data) if length is None else length
        if self.kind is not InspectKind.TCP:
            offset = 0
        return Inspected(self.flow_id, int(self.kind), side, self.now_ns, offset, 0x18, size, *ports, self.midstream, data)

    def frames(self, talk: Talk, size: int = 0) -> list[Inspected]:
        """A whole conversation in segments of ``size`` bytes (0: as they are)."""
        made = []
        for side, data in talk:
            step = size or len(data)
            made += [self.frame(side, data[start : start + step]) for start in range(0, len(data), step)]
        return made


def chunk(kind: int, body: bytes = b"", flags: int = 0) -> bytes:
    """One SCTP chunk."""
    return struct.pack("!BBH", kind, flags, 4 + len(body)) + body + bytes(-len(body) % 4)


def packet(*chunks: bytes) -> bytes:
    """An SCTP packet."""
    return struct.pack("!HHII", CLIENT_PORT, SERVER_PORT, 1, 0) + b"".join(chunks)


class Association(Wire):
    """User messages inside SCTP, each whole in a packet of its own; each side counts its own TSNs."""

    first = 0xFFFF_FFFE
    """TSN of both sides: it wraps soon."""

    def __init__(self, flow_id: int = 1, server_port: int = SERVER_PORT, announced: str = "") -> None:
        """``announced``: the label that the payload protocol identifier stands for."""
        super().__init__(flow_id, InspectKind.TRANSPORT, server_port)
        self.identifier = next((number for number, name in USERS.items() if announced and name == announced), 0)
        self.tsn = [self.first, self.first]
        self.number = 0

    def data(self, side: int, user: bytes, protocol: int = 0, size: int = 0, stream: int = 0) -> list[bytes]:
        """DATA chunks of one message, in fragments of ``size``."""
        self.number += 1
        step = size or len(user)
        parts = [user[at : at + step] for at in range(0, len(user), step)]
        made = []
        for at, part in enumerate(parts):
            flags = (2 if at == 0 else 0) | (1 if at == len(parts) - 1 else 0)
            head = struct.pack("!IHHI", self.tsn[side], stream, self.number & 0xFFFF, protocol)
            made.append(chunk(0, head + part, flags))
            self.tsn[side] = (self.tsn[side] + 1) & 0xFFFF_FFFF
        return made

    def frame(self, side: int, data: bytes, offset: int | None = None, length: int | None = None) -> Inspected:
        """The next message, in one packet."""
        return super().frame(side, packet(*self.data(side, data, self.identifier)), offset, length)._replace(flags=132)


def wire_of(transport: str, flow_id: int = 1, server_port: int = SERVER_PORT, announced: str = "") -> Wire:
    """For conversations over TCP, UDP or SCTP."""
    if transport == "sctp":
        return Association(flow_id, server_port, announced)
    return Wire(flow_id, InspectKind.TCP if transport == "tcp" else InspectKind.UDP, server_port)


TRANSPORTS = frozenset(("tcp", "udp", "sctp"))
"""Of ``wire_of``."""


def shuffled(frames: Sequence[Inspected], seed: int, window: int = 12) -> list[Inspected]:
    """Out of order by less than ``window`` frames within each run of one direction, with some frames repeated."""
    chance = random.Random(seed)
    made: list[Inspected] = []
    run: list[Inspected] = []
    for index, frame in enumerate(frames):
        run.append(frame)
        last = index + 1 == len(frames) or frames[index + 1].side != frame.side
        if last or len(run) == window:
            run += chance.sample(run, len(run) // 3)
            chance.shuffle(run)
            made += run
            run = []
    return made


def engine(*protocols: ApplicationProtocol, limits: Limits | None = None) -> Engine:
    """An engine over these protocols, or over all there are."""
    return Engine(Registry(protocols) if protocols else load(), limits or Limits())


def finding_of(updates: Iterable[tuple[int, Update]], flow_id: int = 1) -> Finding | None:
    """The last finding of a flow."""
    found = None
    for flow, update in updates:
        if flow == flow_id and update.finding is not None:
            found = update.finding
    return found


def run(frames: Sequence[Inspected], of: Engine | None = None, batch: int = 7) -> Finding | None:
    """Through an engine to the end; the last finding of flow 1."""
    machine = of or engine()
    updates = []
    for start in range(0, len(frames), batch):
        updates += machine.inspect(frames[start : start + batch]).updates
    updates += machine.finish_all().updates
    return finding_of(updates)


def every_cutting(talk: Talk) -> dict[str, Finding | None]:
    """The finding for the same conversation cut in many ways."""
    results = {"whole": run(Wire().frames(talk))}
    for size in (1, 2, 3, 7, 100):
        frames = Wire().frames(talk, size)
        results[f"{size}"] = run(frames)
        results[f"{size} shuffled"] = run(shuffled(frames, size))
    return results


def fields(finding: Finding | None) -> dict[str, tuple[str | int, ...]]:
    """Field values by name."""
    return {field.name: field.values for field in finding.fields} if finding else {}


SEEN = FieldSpec("seen", "Seen", multiple=True)


class Toy:
    """A protocol that begins with a word: sure when it is there, and told how to answer what follows."""

    transports = frozenset(("tcp", "udp"))

    def __init__(self, label: str, word: bytes, weak: bool = False, ports: Iterable[int] = ()) -> None:
        self.label, self.word, self.weak = label, word, weak
        self.ports = frozenset(ports)
        self.started: list[Context] = []
        self.times: list[int] = []
        """Of everything its inspectors were fed."""
        self.asked = 0

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        """By the first word of the client."""
        self.asked += 1
        if client.startswith(self.word):
            return Claim.WEAK if self.weak else Claim.YES
        return Claim.MORE if self.word.startswith(client) else Claim.NO

    def start(self, context: Context) -> ToyInspector:
        """A fresh one."""
        self.started.append(context)
        return ToyInspector(self.label, context, self.times)


class ToyInspector:
    """Keeps what it was given; obeys ``done``, ``always``, ``fail``, ``crash``, ``switch`` when they come last."""

    def __init__(self, label: str, context: Context, times: list[int] | None = None) -> None:
        self.report = Report(label, context)
        self.times = [] if times is None else times
        self.received = [b"", b""]
        self.rest = b""

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:
        """Obey."""
        self.times.append(timestamp_ns)
        self.received[side] += data
        self.report.set(SEEN, b"|".join(self.received))
        head, switch, self.rest = self.received[side].partition(b"switch")
        if switch:
            return Status.SWITCH
        if head.endswith(b"fail" + self.report.label.encode()):
            return Status.FAILED
        if head.endswith(b"crash"):
            raise ZeroDivisionError
        for word, status in ((b"done", Status.DONE), (b"always", Status.ALWAYS), (b"fail", Status.FAILED)):
            if head.endswith(word):
                return status
        return Status.MORE

    def gap(self, side: int, length: int) -> Status:
        """Note it."""
        self.received[side] += b"<%d>" % length
        self.report.set(SEEN, b"|".join(self.received))
        return Status.MORE

    def update(self) -> Update | None:
        """See ``Report``."""
        return self.report.update()

    def switch(self) -> Switch:
        """What came after the word."""
        return Switch(client_rest=self.rest)


__all__ = ["Association", "Harvest", "Limits", "Talk", "Toy", "ToyInspector", "Wire"]
