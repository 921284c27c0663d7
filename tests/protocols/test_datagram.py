"""Recognition in datagrams: each stands for itself."""

from __future__ import annotations

from typing import ClassVar

import pytest

from netmon.model.finding import Attention, ChildFlow, Confidence, Field
from netmon.model.flow import InspectKind
from netmon.protocols._contract import CLIENT, SERVER, ApplicationProtocol, Claim, Context, Status
from netmon.protocols._door import Door
from netmon.protocols._registry import load
from netmon.protocols._report import FieldSpec
from netmon.protocols._udp import DatagramInspector, DatagramProtocol

from ._samples import samples
from ._talk import Toy, Wire, engine, fields, finding_of


def seen(text: str) -> dict[str, tuple[str | int, ...]]:
    return {"seen": (text,)}


def test_datagrams() -> None:
    """Each payload is asked about until one is claimed; the inspector gets whole payloads."""
    machine = engine(Toy("A", b"x"))
    wire = Wire(kind=InspectKind.UDP)
    harvest = machine.inspect(wire.frames([(CLIENT, b"?"), (CLIENT, b"?"), (CLIENT, b"xy"), (SERVER, b"zz")]))
    assert fields(finding_of(harvest.updates)) == seen("xy|zz")
    unknown = machine.inspect(Wire(2, InspectKind.UDP).frames([(CLIENT, b"?" * 20)] * 8))
    assert unknown.attentions == [(2, Attention.DONE)]


class Recognised(DatagramInspector):
    """Counts how often it was asked about what."""

    label = "R"
    asked: ClassVar[list[bytes]] = []

    def take(self, data: bytes) -> Status:
        return Status.MORE


def recognise(context: Context, data: bytes) -> Claim:
    """By one letter."""
    Recognised.asked.append(data)
    return Claim.YES if data.startswith(b"r") else Claim.NO


def test_a_first_payload_that_is_refused_is_not_asked_about_again() -> None:
    """Who needs both directions is asked about the other one's first payload once; of others nothing is assumed."""
    Recognised.asked.clear()
    protocol, toy = DatagramProtocol(Recognised, recognise), Toy("A", b"x")
    machine = engine(protocol, toy)
    wire = Wire(kind=InspectKind.UDP)
    refused = machine.inspect(wire.frames([(CLIENT, b"?1"), *[(SERVER, b"r%d" % number) for number in range(3)]]))
    assert (refused.updates, Recognised.asked) == ([], [b"?1", b"?1"])
    found = finding_of(machine.inspect(wire.frames([(CLIENT, b"r")])).updates)
    assert found is not None and found.label == "R"
    other = Wire(2, InspectKind.UDP)
    machine.inspect(other.frames([(SERVER, b"?1"), (CLIENT, b"x")]))
    assert toy.started


def test_at_the_end_nobody_is_asked_again_what_all_have_refused() -> None:
    """The last datagram was put before everybody when it came; only who was weakly sure is asked again."""
    Recognised.asked.clear()
    machine = engine(DatagramProtocol(Recognised, recognise))
    machine.inspect(Wire(kind=InspectKind.UDP).frames([(CLIENT, b"?1"), (CLIENT, b"?2")]))
    machine.finish((1,))
    assert Recognised.asked == [b"?1", b"?2"]


@pytest.mark.parametrize("protocol", [one for one in load().by_transport("udp") if getattr(one, "unanimous", False)])
def test_unanimous_protocols_are(protocol: ApplicationProtocol) -> None:
    """What they refuse of one direction they refuse with any payload of the other."""
    payloads = [data for sample in samples(protocol.label) for _, data in sample.flights if data][:8]
    payloads += [b"?", bytes(40), b"\xff" * 1200]
    context = Context("udp", 50000, min(protocol.ports, default=44444))
    door = Door()
    for one in payloads:
        if door.claims(protocol, context, one, b"") is Claim.NO:
            assert all(door.claims(protocol, context, one, other) is Claim.NO for other in payloads)
        if door.claims(protocol, context, b"", one) is Claim.NO:
            assert all(door.claims(protocol, context, other, one) is Claim.NO for other in payloads)


def test_keep_alives_before_the_first_message_are_waited_out() -> None:
    """A few octets now and then do not use up the patience; without end they do."""
    machine = engine(Toy("A", b"x"))
    harvest = machine.inspect(
        Wire(kind=InspectKind.UDP).frames([(CLIENT, b"hello")] * 12 + [(CLIENT, b"x"), (SERVER, b"y")])
    )
    assert fields(finding_of(harvest.updates)) == seen("x|y")
    for_ever = machine.inspect(Wire(2, InspectKind.UDP).frames([(CLIENT, b"hello")] * 40))
    assert for_ever.attentions == [(2, Attention.DONE)]


def test_a_port_whose_protocol_refuses_says_nothing() -> None:
    """Noise on a usual port gets no label; what its protocol might have wanted gets the port's, shown as such."""
    machine = engine(Toy("A", b"xyz", ports=[80]))
    noise = Wire(kind=InspectKind.UDP, server_port=80).frames([(CLIENT, b"#" * 20)] * 8)
    assert finding_of(machine.inspect(noise).updates) is None
    machine = engine(Toy("A", b"xyz", ports=[80]))
    machine.inspect(Wire(kind=InspectKind.UDP, server_port=80).frames([(CLIENT, b"xy")]))
    finding = finding_of(machine.finish_all().updates)
    assert finding is not None
    assert (finding.label, finding.confidence) == ("A", Confidence.PORT)


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


def test_a_switch_is_about_what_follows() -> None:
    """Nobody is asked about the datagram that switched; what it leaves over keeps its time."""
    inner, outer = Toy("IN", b"in"), Toy("OUT", b"out")
    machine, wire = engine(outer, inner), Wire(kind=InspectKind.UDP)
    machine.inspect(wire.frames([(CLIENT, b"out"), (CLIENT, b"switch")]))
    assert inner.asked == 1
    finding = finding_of(machine.inspect(wire.frames([(CLIENT, b"in text")])).updates)
    assert finding is not None
    assert (finding.label, finding.outer) == ("IN", ("OUT",))
    assert fields(finding) == {"seen": ("outswitch|", "in text|")}
    machine = engine(outer, inner)
    machine.inspect(Wire(kind=InspectKind.UDP).frames([(CLIENT, b"out"), (CLIENT, b"switchinside")]))
    assert inner.times[-1] == outer.times[-1]


def test_an_announcement_that_was_wrong_leaves_nothing_behind() -> None:
    """What was said about the flow that was expected is not said about another one."""
    name = FieldSpec("name", "Name")
    told = ChildFlow("udp", None, 44444, "A", (Field(name.name, name.title, ("file",)),))
    for payload, expected in ((b"x", {"name": ("file",), **seen("x|")}), (b"other", seen("other|"))):
        machine = engine(Toy("A", b"x"), Toy("B", b"other"))
        machine.expect(told)
        finding = finding_of(machine.inspect(Wire(kind=InspectKind.UDP).frames([(CLIENT, payload)])).updates)
        assert fields(finding) == expected
