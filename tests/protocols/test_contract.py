"""What every protocol in the registry promises, whatever it speaks (``_contract``), tried with samples of all of them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.model.finding import Update
from netmon.model.flow import Inspected
from netmon.protocols._contract import ApplicationProtocol, Claim, Context, Inspector, Status, Switch
from netmon.protocols._dispatch import Dispatch
from netmon.protocols._engine import Engine
from netmon.protocols._registry import load

from ._samples import Sample, outcome, samples
from ._streams import Flight, heads, split
from ._talk import TRANSPORTS, Wire, shuffled, wire_of
from ._talk import run as through_engine
from ._work import Work

REGISTRY = load()
DISPATCH = Dispatch(REGISTRY)
PROTOCOLS = REGISTRY.protocols
RECORDED = [protocol for protocol in PROTOCOLS if samples(protocol.label)]
STREAMS = [protocol for protocol in RECORDED if "tcp" in protocol.transports]
EXAMPLES = settings(deadline=None, max_examples=15, database=None, derandomize=True, suppress_health_check=list(HealthCheck))

every = pytest.mark.parametrize("protocol", RECORDED, ids=lambda protocol: protocol.label)
every_stream = pytest.mark.parametrize("protocol", STREAMS, ids=lambda protocol: protocol.label)


def contexts(protocol: ApplicationProtocol) -> list[Context]:
    """Away from home and at home, for each transport."""
    ports = [44444, *sorted(protocol.ports)[:1]]
    return [Context(transport, 50000, port) for transport in sorted(protocol.transports) for port in ports]


def survives(protocol: ApplicationProtocol, context: Context, flights: list[Flight]) -> None:
    """Whatever is fed: ``ParseError`` or an answer of the agreed types."""
    assert type(protocol.claims(context, *heads(flights))) is Claim
    inspector = protocol.start(context)
    try:
        for moment, (side, data) in enumerate(flights):
            status = inspector.feed(side, data, moment)
            assert type(status) is Status
            if status is Status.SWITCH:
                assert type(inspector.switch()) is Switch
            if status not in (Status.MORE, Status.ALWAYS):
                break
    except ParseError:
        pass
    answers(inspector)


def answers(inspector: Inspector) -> None:
    """After anything, an update can be asked for, and the next one brings nothing new."""
    assert type(inspector.update()) in (Update, type(None))
    assert inspector.update() is None


def test_all_have_samples() -> None:
    """Every protocol is among the samples (run scripts/fuzz/record-samples after adding one)."""
    assert [protocol.label for protocol in PROTOCOLS if protocol not in RECORDED] == []


@every
def test_recognised(protocol: ApplicationProtocol) -> None:
    """Among all protocols, one of its conversations ends with its label, or with one it reports, away or at home."""
    own = {protocol.label}
    got = set()
    for sample in samples(protocol.label):
        finding, _ = outcome(protocol, *sample)
        own |= {finding.label} if finding else set()
        if sample.context.transport in TRANSPORTS:
            for port in (sample.context.server_port, *sorted(protocol.ports)[:1]):
                wire = wire_of(sample.context.transport, server_port=port, announced=protocol.label)
                heard = through_engine(wire.frames(sample.flights), Engine(REGISTRY))
                got |= {heard.label, *heard.outer} if heard else set()
    assert got & own


MIDWAY = {
    "FTP": (21, [(0, b"USER carol\r\n"), (1, b"211-Features:\r\n")]),
    "IRC": (6667, [(0, b"ISON alice bob\r\n"), (1, b":irc.example 303 carol :alice\r\n")]),
    "MQTT": (17501, [(0, b"\xc0\0"), (1, b"\xd0\0")]),
    "MySQL": (3306, [(0, b"\x09\0\0\0\x03select 1"), (1, b"\x07\0\0\1\xff\x16\x04#3D00")]),
    "PostgreSQL": (5432, [(0, b"\0\0\0\x12\0\3\0\0user\0bob\0\0"), (1, b"R\0\0\0\x08\0\0\0\0")]),
    "SMTP": (2525, [(1, b"250-mx.example\r\n250-SIZE 1000\r\n250 8BITMIME\r\n"), (0, b"QUIT\r\n")]),
}
FROM_THE_BEGINNING = {
    "Redis": (6379, [(0, b"\r\nPING\r\n"), (1, b"+PONG\r\n")]),
    "SSH": (22, [(0, b"GET / HTTP/1.1\r\n\r\n"), (1, b"SSH-2.0-OpenSSH_9.2\r\n")]),
    "TLS": (443, [(0, b"\x80\x1c\1\3\1\0\3\0\0\0\x10\0\0\x2f" + bytes(16))]),
}
"""Conversations whose first octets say little."""


@pytest.mark.parametrize("label", [*MIDWAY, *FROM_THE_BEGINNING])
def test_no_never_becomes_yes(label: str) -> None:
    """Octet by octet, in the order of arrival: nothing is refused that is claimed in the end."""
    port, flights = (MIDWAY | FROM_THE_BEGINNING)[label]
    protocol = REGISTRY.by_label(label)
    assert protocol is not None
    context = Context("tcp", 50000, port, midstream=label in MIDWAY)
    client, server, answer = b"", b"", Claim.MORE
    for side, data in split(flights, 1):
        client, server = (client, server + data) if side else (client + data, server)
        answer = protocol.claims(context, client, server)
        assert answer is not Claim.NO, (client, server)
    assert answer in (Claim.YES, Claim.WEAK)


SAME_FORMAT = {"DNS": {"LLMNR", "NBNS"}}
"""Whose messages are in the same format, so that only the port tells them apart."""


@every
def test_nobody_else_claims_it(protocol: ApplicationProtocol) -> None:
    """Away from every usual port no other protocol takes one of its conversations for its own, not even weakly."""
    for sample in samples(protocol.label):
        context = Context(sample.context.transport, 50000, 44444)
        if context.transport == "tcp":
            client, server = heads(sample.flights)
        else:
            client, server = (next((data for side, data in sample.flights if side == one), b"") for one in (0, 1))
        claimed = set()
        for first in {data[0] for data in (client, server) if data}:
            for other in DISPATCH.candidates(context, first):
                try:
                    claimed |= {other.label} if other.claims(context, client, server) in (Claim.WEAK, Claim.YES) else set()
                except ParseError:
                    continue
        assert {label for label in claimed if protocol.label not in SAME_FORMAT.get(label, ())} <= {protocol.label}


def pieces(flights: list[Flight], sizes: list[int]) -> list[Flight]:
    """The same bytes in pieces of these sizes, one after the other and again from the first."""
    cut: list[Flight] = []
    for side, data in flights:
        while data:
            size = sizes[len(cut) % len(sizes)]
            cut.append((side, data[:size]))
            data = data[size:]
    return cut


@every_stream
def test_cuttings(protocol: ApplicationProtocol) -> None:
    """The same stream in pieces of any size: the same finding, the same status."""
    for context, flights in samples(protocol.label):
        if context.transport == "tcp":
            expected = outcome(protocol, context, flights)
            for size in (1, 2, 5, 97):
                assert outcome(protocol, context, split(flights, size)) == expected, f"pieces of {size}"


def told(frames: list[Inspected]) -> tuple[object, ...]:
    """What an engine says in the end, but for how sure it is: a flow that nobody was sure of may be asked once more."""
    finding = through_engine(frames, Engine(REGISTRY))
    return (finding.label, finding.fields, finding.risks, finding.hostname, finding.outer) if finding else ()


@every_stream
def test_shuffled_segments(protocol: ApplicationProtocol) -> None:
    """Segments out of order and repeated say what they say in order."""
    for number, (context, flights) in enumerate(samples(protocol.label)[:2]):
        if context.transport == "tcp":
            frames = Wire(server_port=context.server_port).frames(
                flights, 1 + max(map(len, (data for _, data in flights))) // 5
            )
            expected = told(frames)
            for seed in range(3):
                assert told(shuffled(frames, seed)) == expected, (number, seed)


PIECES = st.lists(st.integers(1, 300), min_size=1, max_size=12)


@EXAMPLES
@given(PIECES)
def test_pieces_of_any_size(sizes: list[int]) -> None:
    """Streams cut into pieces of sizes that go round: the same finding and status as in whole messages."""
    for protocol in STREAMS:
        for context, flights in samples(protocol.label)[:1]:
            if context.transport == "tcp":
                expected = outcome(protocol, context, flights)
                assert outcome(protocol, context, pieces(flights, sizes)) == expected, protocol.label


@every
def test_truncation(protocol: ApplicationProtocol) -> None:
    """Any beginning of any message is survived."""
    for context, flights in samples(protocol.label):
        for count, (side, data) in enumerate(flights[:8]):
            for length in {*range(1, min(len(data), 48)), *range(48, len(data), 1 + len(data) // 12)}:
                survives(protocol, context, [*flights[:count], (side, data[:length])])


@EXAMPLES
@given(st.lists(st.tuples(st.integers(0, 1), st.binary(min_size=1, max_size=200)), min_size=1, max_size=4))
def test_noise(flights: list[Flight]) -> None:
    """Random bytes, from either side, alone or after a conversation."""
    for protocol in RECORDED:
        for context in contexts(protocol):
            survives(protocol, context, flights)
        for context, sample in samples(protocol.label):
            survives(protocol, context, [*sample[:6], *flights])


def changed(flight: Flight, place: int, new: bytes, how: int) -> Flight:
    """One message with something wrong about it."""
    side, data = flight
    at = place % len(data)
    if how == 0:
        return side, data[:at] + new + data[at + len(new) :]
    if how == 1:
        return side, data[:at] + new + data[at:]
    if how == 2:
        return side, data[:at] + data[at + len(new) :] or new
    if how == 3:
        return side, data[: at + 1] + data
    return 1 - side, data


CHANGE = st.tuples(st.integers(0, 7), st.integers(0, 4000), st.binary(min_size=1, max_size=4), st.integers(0, 4))


@EXAMPLES
@given(st.lists(CHANGE, min_size=1, max_size=6))
def test_mutation(changes: list[tuple[int, int, bytes, int]]) -> None:
    """Bytes changed, put in and taken out; messages repeated and from the wrong side."""
    for protocol in RECORDED:
        for context, sample in samples(protocol.label):
            flights = list(sample[:12])
            for which, place, new, how in changes:
                flights[which % len(flights)] = changed(flights[which % len(flights)], place, new, how)
            survives(protocol, context, flights)


@every_stream
def test_gaps(protocol: ApplicationProtocol) -> None:
    """Missing bytes anywhere, of any size, are survived."""
    for context, flights in samples(protocol.label):
        for skipped in range(min(len(flights), 8)):
            for length in (1, 3, 70_000):
                inspector = protocol.start(context)
                try:
                    for index, (side, data) in enumerate(flights[:12]):
                        if index == skipped:
                            assert type(inspector.gap(side, length)) is Status
                        if inspector.feed(side, data[length:] or data, index) not in (Status.MORE, Status.ALWAYS):
                            break
                except ParseError:
                    pass
                answers(inspector)


def work(sample: Sample, times: int, size: int) -> int:
    """Calls to take a conversation in so many times over, in segments of ``size`` bytes (0: as they are)."""
    engine = Engine(REGISTRY)
    wire = wire_of(sample.context.transport, server_port=sample.context.server_port)
    frames = wire.frames(sample.flights * times, size if sample.context.transport == "tcp" else 0)
    with Work() as counted:
        engine.inspect(frames)
        engine.finish_all()
    return counted.calls


@every
def test_work_is_linear(protocol: ApplicationProtocol) -> None:
    """A conversation four times as long, in segments of one byte, costs at most four times as much and a little."""
    for sample in samples(protocol.label)[:1]:
        if sample.context.transport in TRANSPORTS:
            sample = sample._replace(flights=[(side, data[:160]) for side, data in sample.flights[:4]])
            once, more = work(sample, 1, 1), work(sample, 4, 1)
            assert more <= 4.5 * once + 2000, (once, more)


def stretched(flights: list[Flight], which: int, place: int, length: int) -> list[Flight]:
    """One message with its octet at ``place`` (in quarters) repeated ``length`` times more; nothing behind that message."""
    side, data = flights[which]
    at = min(len(data) * place // 4, len(data) - 1)
    return [*flights[:which], (side, data[:at] + data[at : at + 1] * length + data[at:])]


def fed(protocol: ApplicationProtocol, context: Context, flights: list[Flight]) -> int:
    """Calls to take a stream in byte by byte."""
    with Work() as counted:
        inspector = protocol.start(context)
        try:
            for side, data in flights:
                for at in range(len(data)):
                    if inspector.feed(side, data[at : at + 1], 1) not in (Status.MORE, Status.ALWAYS):
                        return counted.calls
        except ParseError:
            pass
        inspector.update()
    return counted.calls


@every_stream
def test_long_messages_are_linear(protocol: ApplicationProtocol) -> None:
    """A message four times as long, wherever it grows, byte by byte: nothing is read again and again from its beginning."""
    context, whole = samples(protocol.label)[0]
    if context.transport != "tcp":
        return
    flights = [(side, data[:160]) for side, data in whole[:4]]
    sides = [next((at for at, (sender, _) in enumerate(flights) if sender == side), -1) for side in (0, 1)]
    for which in sides:
        for place in (1, 2, 4) if which >= 0 else ():
            once, more = (fed(protocol, context, stretched(flights, which, place, length)) for length in (300, 1200))
            assert more <= 4.5 * once + 500, (which, place, once, more)
