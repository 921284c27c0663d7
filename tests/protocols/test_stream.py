"""Recognition in streams: however they are cut, whoever was tried before."""

from __future__ import annotations

import pytest

from netmon.model.finding import Confidence
from netmon.model.flow import Inspected
from netmon.protocols._contract import CLIENT, SERVER
from netmon.protocols._stream import HEAD

from ._talk import CLIENT_PORT, SECOND, SERVER_PORT, Toy, Wire, engine, fields, finding_of, run, shuffled


def seen(text: str) -> dict[str, tuple[str | int, ...]]:
    return {"seen": (text,)}


@pytest.mark.parametrize("size", [1, 2, 3])
def test_cutting_does_not_matter(size: int) -> None:
    """Segments of any size, shuffled and repeated, give the finding of whole ones."""
    talk = [(CLIENT, b"hello world"), (SERVER, b"yes indeed"), (CLIENT, b"more of it")]
    whole = run(Wire().frames(talk), engine(Toy("A", b"hello")))
    frames = Wire().frames(talk, size)
    assert run(frames, engine(Toy("A", b"hello"))) == whole
    assert run(shuffled(frames, size), engine(Toy("A", b"hello"))) == whole


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


def test_undecided_flows_end_after_enough_bytes() -> None:
    """Somebody always wants more: after the bound the flow is given up and nothing is held."""
    machine = engine(Toy("A", b"x" * 100_000))
    wire = Wire()
    for _ in range(40):
        machine.inspect([wire.frame(CLIENT, b"x" * 1000)])
        assert machine.statistics().buffered <= 5 * HEAD
    assert machine.statistics().given_up == 1
    assert machine.statistics().buffered == 0


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


def test_work_is_linear_in_tiny_segments() -> None:
    """One-byte segments do not make protocols be asked for every byte of a long head."""
    toy = Toy("A", b"x" * 100_000)
    machine = engine(toy)
    machine.inspect(Wire().frames([(CLIENT, b"x" * 2 * HEAD)], 1))
    assert toy.asked < 150


def joined(*segments: tuple[int, bytes, int]) -> tuple[Wire, list[Inspected]]:
    """A connection joined in the middle: side, data, position."""
    wire = Wire()
    wire.midstream = True
    return wire, [wire.frame(side, data, offset) for side, data, offset in segments]


@pytest.mark.parametrize("batch", [1, 7])
def test_what_comes_before_the_first_segment_is_put_there(batch: int) -> None:
    """Joined in the middle with the first segments exchanged: read as they were sent, claimed already or not."""
    _, frames = joined((CLIENT, b"world", 0), (CLIENT, b"hello ", -6), (SERVER, b"yes", 0), (CLIENT, b"!", 5))
    finding = run(frames, engine(Toy("A", b"hello")), batch)
    assert finding is not None and fields(finding) == seen("hello world!|yes")
    both = engine(Toy("A", b"world"), Toy("B", b"hello"))
    finding = run(frames, both, batch)
    assert finding is not None and (finding.label, fields(finding)) == ("B", seen("hello world!|yes"))
    assert both.statistics().buffered == 0


def test_what_was_sent_before_is_not_put_there() -> None:
    """A keep-alive's octet, what leaves a gap, what comes much later, and where the beginning was seen."""
    for data, offset in ((b"x", -1), (b"hello ", -9)):
        finding = run(joined((CLIENT, b"world", 0), (CLIENT, data, offset))[1], engine(Toy("A", b"world")))
        assert finding is not None and fields(finding) == seen("world|")
    wire, frames = joined((CLIENT, b"world", 0))
    wire.now_ns += 10 * SECOND
    finding = run([*frames, wire.frame(CLIENT, b"hello ", -6)], engine(Toy("A", b"world")))
    assert finding is not None and fields(finding) == seen("world|")
    wire = Wire()
    finding = run([wire.frame(CLIENT, b"world", 0), wire.frame(CLIENT, b"hello ", -6)], engine(Toy("A", b"world")))
    assert finding is not None and fields(finding) == seen("world|")
