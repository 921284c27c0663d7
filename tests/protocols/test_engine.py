"""The engine: who gets a flow, what is published, and that nothing a protocol or a packet does gets out of hand."""

from __future__ import annotations

import logging
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.finding import Attention, ChildFlow, Confidence
from netmon.model.flow import InspectKind
from netmon.protocols import _engine
from netmon.protocols._contract import CLIENT, SERVER
from netmon.protocols._engine import Engine
from netmon.protocols._registry import Registry, builtin
from netmon.protocols._stream import HEAD

from ._talk import CLIENT_PORT, SERVER_PORT, Limits, Toy, Wire, engine, fields, finding_of, run, shuffled


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


@pytest.mark.parametrize("size", [1, 2, 3])
def test_cutting_does_not_matter(size: int) -> None:
    """Segments of any size, shuffled and repeated, give the finding of whole ones."""
    talk = [(CLIENT, b"hello world"), (SERVER, b"yes indeed"), (CLIENT, b"more of it")]
    whole = run(Wire().frames(talk), engine(Toy("A", b"hello")))
    frames = Wire().frames(talk, size)
    assert run(frames, engine(Toy("A", b"hello"))) == whole
    assert run(shuffled(frames, size), engine(Toy("A", b"hello"))) == whole


def test_the_port_only_decides_who_is_asked_first() -> None:
    """Of two that are sure, the one whose port it is gets the flow; otherwise the order of labels does."""
    for port, label in ((80, "B"), (81, "A")):
        finding = run(Wire(server_port=port).frames([(CLIENT, b"xyz")]), engine(Toy("A", b"x"), Toy("B", b"xy", ports=[80])))
        assert finding is not None
        assert finding.label == label


def test_weak_claims_wait_for_the_sure() -> None:
    """A weak claim is taken when nobody was sure once enough was seen, and is called heuristic."""
    weak, sure = Toy("A", b"x", weak=True), Toy("B", b"xyz")
    assert finding_of(engine(weak, sure).inspect(Wire().frames([(CLIENT, b"xy")])).updates) is None
    finding = run(Wire().frames([(CLIENT, b"xy"), (CLIENT, b"z")]), engine(weak, sure))
    assert finding is not None
    assert finding.label == "B"
    finding = run(Wire().frames([(CLIENT, b"xyq")]), engine(weak, sure))
    assert finding is not None
    assert (finding.label, finding.confidence) == ("A", Confidence.HEURISTIC)


def test_failed_protocol_is_replaced_and_replayed() -> None:
    """After a failure the next candidate sees the conversation from its beginning."""
    finding = run(
        Wire().frames([(CLIENT, b"xyz"), (SERVER, b"ok"), (CLIENT, b"failA"), (CLIENT, b"more")]),
        engine(Toy("A", b"x", ports=[SERVER_PORT]), Toy("B", b"xyz")),
    )
    assert finding is not None
    assert finding.label == "B"
    assert fields(finding) == seen("xyzfailAmore|ok")


def test_failures_are_bounded() -> None:
    """However many protocols claim and fail, a flow is given up after a few of them."""
    toys = [Toy(f"T{number:02}", b"x") for number in range(30)]
    machine = engine(*toys)
    harvest = machine.inspect(Wire().frames([(CLIENT, b"x fail")]))
    assert sum(len(toy.started) for toy in toys) <= 4
    assert harvest.attentions == [(1, Attention.DONE)]
    assert machine.statistics().given_up == 1


def test_given_up_gets_the_label_of_the_port() -> None:
    """Nobody claims: the port's label, shown as such; without one nothing is said."""
    for port, label in ((80, "B"), (81, None)):
        machine = engine(Toy("B", b"hello", ports=[80]))
        harvest = machine.inspect(Wire(server_port=port).frames([(CLIENT, b"#"), (SERVER, b"#")]))
        finding = finding_of(harvest.updates)
        assert (finding.label if finding else None) == label
        assert finding is None or finding.confidence is Confidence.PORT
        assert harvest.attentions == [(1, Attention.DONE)]
        assert machine.statistics().flows == 0


def test_undecided_flows_end_after_enough_bytes() -> None:
    """Somebody always wants more: after the bound the flow is given up and nothing is held."""
    machine = engine(Toy("A", b"x" * 100_000))
    wire = Wire()
    for _ in range(40):
        machine.inspect([wire.frame(CLIENT, b"x" * 1000)])
        assert machine.statistics().buffered <= 5 * HEAD
    assert machine.statistics().given_up == 1
    assert machine.statistics().buffered == 0


def test_attention_follows_the_protocol() -> None:
    """ALWAYS and DONE are passed on once; frames still on their way to a finished flow do nothing."""
    machine = engine(Toy("A", b"x"))
    wire = Wire()
    assert machine.inspect(wire.frames([(CLIENT, b"x always"), (CLIENT, b" always")])).attentions == [(1, Attention.ALWAYS)]
    assert machine.inspect(wire.frames([(CLIENT, b" done")])).attentions == [(1, Attention.DONE)]
    late = machine.inspect(wire.frames([(CLIENT, b"x again")]))
    assert (late.updates, late.attentions) == ([], [])
    assert machine.statistics().flows == 0


def test_switch_recognises_the_rest_anew() -> None:
    """What follows a switch is another protocol inside the first; what the first told is kept beside it."""
    inner, outer = Toy("IN", b"inner"), Toy("OUT", b"out")
    finding = run(Wire().frames([(CLIENT, b"out switchinner"), (CLIENT, b" text")]), engine(outer, inner))
    assert finding is not None
    assert (finding.label, finding.outer) == ("IN", ("OUT",))
    assert fields(finding) == seen("inner text|")
    assert inner.started[0].outer == ("OUT",)
    unknown = run(Wire().frames([(CLIENT, b"out switch?????")]), engine(outer, inner))
    assert unknown is not None
    assert unknown.label == "OUT"


def test_switching_for_ever_ends() -> None:
    """A protocol that always switches to itself is stopped."""
    toy = Toy("A", b"x")
    run(Wire().frames([(CLIENT, b"x switch" * 200)]), engine(toy))
    assert len(toy.started) < 20


def test_defects_stop_at_the_door(caplog: pytest.LogCaptureFixture) -> None:
    """A protocol that raises anything at all is dropped for that flow, counted, logged once; others go on."""
    bad, good = Toy("BAD", b"x", ports=[SERVER_PORT]), Toy("GOOD", b"xy")
    machine = engine(bad, good)
    with caplog.at_level(logging.ERROR):
        for flow_id in (1, 2, 3):
            updates = machine.inspect(Wire(flow_id).frames([(CLIENT, b"xy crash")])).updates
            finding = finding_of(updates, flow_id)
            assert finding is None or finding.label == ""
    failures = machine.statistics().failures
    assert failures == {"BAD": 3, "GOOD": 3}
    assert len(caplog.records) == 2
    healthy = finding_of(machine.inspect(Wire(9, server_port=1).frames([(CLIENT, b"xy")])).updates, 9)
    assert healthy is not None


def test_claims_that_raise_count_as_no() -> None:
    """An exception or a wrong answer in claims is a no."""

    class Broken(Toy):
        def claims(self, context: object, client: bytes, server: bytes) -> object:  # type: ignore[override]
            if self.word == b"raise":
                raise KeyError(client)
            return "YES"

    machine = engine(Broken("A", b"raise"), Broken("B", b"wrong"), Toy("C", b"x"))  # type: ignore[arg-type]
    finding = finding_of(machine.inspect(Wire().frames([(CLIENT, b"x")])).updates)
    assert finding is not None
    assert finding.label == "C"
    assert set(machine.statistics().failures) == {"A", "B"}


def test_midstream_is_tried_both_ways_round() -> None:
    """Who opened a connection joined mid-stream is a guess; the claim shows which end is the client."""
    wire = Wire()
    wire.midstream = True
    toy = Toy("A", b"hello")
    finding = run(wire.frames([(CLIENT, b"reply"), (SERVER, b"hello"), (CLIENT, b"more")]), engine(toy))
    assert fields(finding) == seen("hello|replymore")
    assert (toy.started[0].client_port, toy.started[0].server_port) == (SERVER_PORT, CLIENT_PORT)


def test_lost_segments_become_gaps() -> None:
    """A segment that never comes is reported as missing when the flow ends at the latest."""
    wire = Wire()
    frames = wire.frames([(CLIENT, b"hello"), (CLIENT, b"lost!"), (CLIENT, b"there")])
    finding = run([frames[0], frames[2]], engine(Toy("A", b"hello")))
    assert fields(finding) == seen("hello<5>there|")


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
    machine.inspect([Wire(number).frame(CLIENT, b"xdone") for number in range(150)])
    assert len(machine._marks) == 50


def test_forget_holds_nothing() -> None:
    """A forgotten flow leaves nothing behind."""
    machine = engine(Toy("A", b"xyz"))
    machine.inspect([Wire().frame(CLIENT, b"xy")])
    machine.forget(1)
    assert (machine.statistics().flows, machine.statistics().buffered) == (0, 0)


def test_datagrams() -> None:
    """Each payload is asked about until one is claimed; the inspector gets whole payloads."""
    machine = engine(Toy("A", b"x"))
    wire = Wire(kind=InspectKind.UDP)
    harvest = machine.inspect(wire.frames([(CLIENT, b"?"), (CLIENT, b"?"), (CLIENT, b"xy"), (SERVER, b"zz")]))
    assert fields(finding_of(harvest.updates)) == seen("xy|zz")
    unknown = machine.inspect(Wire(2, InspectKind.UDP).frames([(CLIENT, b"?")] * 8))
    assert unknown.attentions == [(2, Attention.DONE)]


def test_malformed_datagrams_are_forgiven_for_a_while() -> None:
    """After a good one a bad one is skipped; too many in a row and it was another protocol."""
    machine = engine(Toy("A", b"x"))
    wire = Wire(kind=InspectKind.UDP)
    machine.inspect(wire.frames([(CLIENT, b"x")]))
    for _ in range(8):
        machine.inspect(wire.frames([(CLIENT, b"fail")]))
    good = finding_of(machine.inspect(wire.frames([(CLIENT, b"x fine")])).updates)
    assert good is not None
    assert good.label == "A"
    machine.inspect(wire.frames([(CLIENT, b"fail")] * 40))
    assert machine.statistics().given_up == 1


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


def test_work_is_linear_in_tiny_segments() -> None:
    """One-byte segments do not make protocols be asked for every byte of a long head."""
    toy = Toy("A", b"x" * 100_000)
    machine = engine(toy)
    machine.inspect(Wire().frames([(CLIENT, b"x" * 2 * HEAD)], 1))
    assert toy.asked < 150


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
