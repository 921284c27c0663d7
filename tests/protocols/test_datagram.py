"""Recognition in datagrams: each stands for itself."""

from __future__ import annotations

from netmon.model.finding import Attention
from netmon.model.flow import InspectKind
from netmon.protocols._contract import CLIENT, SERVER

from ._talk import Toy, Wire, engine, fields, finding_of


def seen(text: str) -> dict[str, tuple[str | int, ...]]:
    return {"seen": (text,)}


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
