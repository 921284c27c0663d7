"""The engine: who gets a flow, what is published, and that nothing a protocol or a packet does gets out of hand."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.finding import Attention, ChildFlow, Confidence
from netmon.model.flow import InspectKind
from netmon.protocols import _engine
from netmon.protocols._contract import CLIENT, SERVER, Context
from netmon.protocols._engine import Engine
from netmon.protocols._registry import Registry, builtin

from ._talk import SERVER_PORT, Limits, Toy, ToyInspector, Wire, engine, fields, finding_of, run


def seen(text: str) -> dict[str, tuple[str | int, ...]]:
    return {"seen": (text,)}


def test_claimed_by_content_on_any_port() -> None:
    """The first word decides, not the port; the inspector gets everything from the first byte."""
    finding = run(Wire(server_port=25).frames([(CLIENT, b"hello"), (SERVER, b"there")]), engine(
        Toy("A", b"hell", ports=[80]), Toy("B", b"other", ports=[25])
    ))  # fmt: skip
    assert finding is not None
    assert (finding.label, finding.confidence) == ("A", Confidence.CONTENT)
    assert fields(finding) == seen("hello|there")


def test_flows_are_bounded() -> None:
    """The least recently heard of goes first, is counted and told to the meter."""
    machine = engine(Toy("A", b"x"), limits=Limits(flows=10))
    wires = [Wire(number) for number in range(25)]
    dropped = []
    for wire in wires:
        dropped += machine.inspect([wires[0].frame(CLIENT, b"x"), wire.frame(CLIENT, b"x")]).attentions
    statistics = machine.statistics()
    assert (statistics.flows, statistics.evicted) == (10, 15)
    assert (0, Attention.DONE) not in dropped
    assert [flow for flow, _ in dropped] == list(range(1, 16))


def test_buffers_are_bounded() -> None:
    """However many flows hold back bytes behind holes, the sum stays below the limit."""
    machine = engine(Toy("A", b"x"), limits=Limits(buffered=100_000))
    for number in range(50):
        machine.inspect([Wire(number).frame(CLIENT, b"y" * 30_000, offset=10)])
        assert machine.statistics().buffered <= 100_000
    assert machine.statistics().evicted > 0
    machine.finish_all()
    assert machine.statistics().buffered == 0


def test_marks_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remembering finished flows costs a bounded amount."""
    monkeypatch.setattr(_engine, "MARKS", 50)
    machine = engine(Toy("A", b"x"))
    machine.inspect([Wire(number * _engine.RANGE).frame(CLIENT, b"xdone") for number in range(150)])
    assert len(machine._marks) == 50


def test_marks_of_neighbours_share_a_place() -> None:
    """Each flow is finished by itself, and a forgotten one may begin anew."""
    machine = engine(Toy("A", b"x"))
    machine.inspect([Wire(number).frame(CLIENT, b"xdone") for number in (1, 2, 40)])
    assert len(machine._marks) == 2
    machine.forget(1)
    again = [Wire(number).frame(CLIENT, b"x", offset=5) for number in (1, 2, 3, 40)]
    machine.inspect(again)
    assert list(machine._flows) == [1, 3]
    machine.forget(2)
    machine.forget(40)
    assert not machine._marks


def test_forget_holds_nothing() -> None:
    """A forgotten flow leaves nothing behind."""
    machine = engine(Toy("A", b"xyz"))
    machine.inspect([Wire().frame(CLIENT, b"xy")])
    machine.forget(1)
    assert (machine.statistics().flows, machine.statistics().buffered) == (0, 0)


def test_other_transports() -> None:
    """What is neither TCP nor UDP goes to the protocols of its transport, named by the caller or the IP protocol."""
    toy = Toy("PING", b"x")
    toy.transports = frozenset(("icmp",))
    machine = engine(toy)
    frame = Wire(kind=InspectKind.TRANSPORT).frame(CLIENT, b"x1")._replace(flags=1)
    assert fields(finding_of(machine.inspect([frame]).updates)) == seen("x1|")
    machine.datagram(7, "icmp", CLIENT, 0, 0, b"x2", 5)
    assert fields(finding_of(machine.harvest().updates, 7)) == seen("x2|")
    assert machine.inspect([frame._replace(flow_id=8)], lambda _: "").updates == []


def test_announced_flows() -> None:
    """An announced flow is labelled by the announcement, once, and only where the addresses fit."""
    ends = {1: (b"\1" * 4, b"\2" * 4), 2: (b"\1" * 4, b"\3" * 4), 3: (b"\1" * 4, b"\2" * 4)}
    machine = Engine(Registry([Toy("A", b"x")]), addresses_of=ends.get)
    machine.expect(ChildFlow("tcp", b"\2" * 4, SERVER_PORT, "FTP-DATA"))
    labels = []
    for flow in (2, 1, 3):
        finding = finding_of(machine.inspect([Wire(flow).frame(CLIENT, b"data")]).updates, flow)
        labels.append(finding.label if finding else None)
    assert labels == [None, "FTP-DATA", None]
    for port in range(10_000):
        machine.expect(ChildFlow("tcp", None, port, "X"))
    assert machine.statistics().expected <= 4096


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 1), st.binary(max_size=60), st.integers(-20, 200), st.integers(0, 3)), max_size=40))
def test_hostile_frames(frames: list[tuple[int, bytes, int, int]]) -> None:
    """Random frames against all protocols: no exception, no defect, nothing held at the end."""
    machine = engine()
    tcp, udp = Wire(1), Wire(2, InspectKind.UDP)
    for side, data, offset, cut in frames:
        machine.inspect([tcp.frame(side, data, offset, len(data) + cut), udp.frame(side, data)])
    machine.finish_all()
    statistics = machine.statistics()
    assert (statistics.failures, statistics.buffered, statistics.flows) == ({}, 0, 0)


def test_registry_order_does_not_matter() -> None:
    """The same conversations give the same findings whatever the order of the list of protocols."""
    talks = [
        [(CLIENT, b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"), (SERVER, b"HTTP/1.1 204 No Content\r\n\r\n")],
        [(SERVER, b"SSH-2.0-x\r\n"), (CLIENT, b"SSH-2.0-y\r\n")],
        [(CLIENT, b"\x16\x03\x01\x00\x05hello")],
        [(CLIENT, b"\0" * 50), (SERVER, b"\xff" * 50)],
    ]
    protocols = builtin()
    expected = [run(Wire(server_port=80).frames(talk), engine(*protocols)) for talk in talks]
    for seed in range(5):
        random.Random(seed).shuffle(protocols)
        assert [run(Wire(server_port=80).frames(talk), engine(*protocols)) for talk in talks] == expected


def test_announced_within_one_batch() -> None:
    """What a protocol that announces says holds for the very next frame."""

    class Announcer(Toy):
        announces = True

        def start(self, context: Context) -> ToyInspector:
            inspector = super().start(context)
            inspector.report.child(ChildFlow("tcp", None, 7000, "DATA"))
            return inspector

    frames = [Wire(1).frame(CLIENT, b"x"), Wire(2, server_port=7000).frame(CLIENT, b"bytes")]
    finding = finding_of(engine(Announcer("A", b"x")).inspect(frames).updates, 2)
    assert finding is not None
    assert (finding.label, finding.confidence) == ("DATA", Confidence.HEURISTIC)
