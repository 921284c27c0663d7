"""Candidates: by first byte, ordered by port; the port decides nothing else."""

from __future__ import annotations

from netmon.protocols._contract import CLIENT, SERVER, Context
from netmon.protocols._dispatch import Dispatch
from netmon.protocols._registry import Registry

from ._talk import Toy, Wire, engine, run


def test_the_port_only_decides_who_is_asked_first() -> None:
    """Of two that are sure, the one whose port it is gets the flow; otherwise the order of labels does."""
    for port, label in ((80, "B"), (81, "A")):
        finding = run(Wire(server_port=port).frames([(CLIENT, b"xyz")]), engine(Toy("A", b"x"), Toy("B", b"xy", ports=[80])))
        assert finding is not None
        assert finding.label == label


def test_first_bytes_limit_who_is_asked() -> None:
    """A protocol that names its first bytes is not asked about anything else, whichever side speaks first."""
    toy = Toy("A", b"hello")
    toy.first_bytes = frozenset(b"h")  # type: ignore[attr-defined]
    machine = engine(toy, Toy("Z", b"never"))
    machine.inspect(Wire(1).frames([(SERVER, b"#####"), (SERVER, b"#")]))
    assert toy.asked == 0
    machine.inspect(Wire(1).frames([(CLIENT, b"hello")]))
    assert toy.asked == 1


def test_hinted_protocol_comes_first() -> None:
    """The protocol that another conversation has named is asked first, whatever the first byte."""
    toys = [Toy("A", b"x"), Toy("B", b"y")]
    toys[1].first_bytes = frozenset(b"y")  # type: ignore[attr-defined]
    dispatch = Dispatch(Registry(toys))
    context = Context("tcp", 1, 2, hint="B")
    assert [protocol.label for protocol in dispatch.candidates(context, ord("x"))] == ["B", "A"]
    assert dispatch.port_label(context, lambda protocol: False) == ""


def test_datagrams_may_begin_otherwise() -> None:
    """A protocol of both kinds may name other first bytes for its datagrams."""
    toy = Toy("A", b"x")
    toy.first_bytes = frozenset(b"x")  # type: ignore[attr-defined]
    toy.datagram_first_bytes = frozenset(b"y")  # type: ignore[attr-defined]
    dispatch = Dispatch(Registry([toy]))
    for transport, first, asked in (("tcp", "x", 1), ("tcp", "y", 0), ("udp", "x", 0), ("udp", "y", 1)):
        assert len(dispatch.candidates(Context(transport, 1, 2), ord(first))) == asked


def test_bound_protocols_are_asked_on_their_ports_only() -> None:
    """At either end, also where the port of the other end is known."""
    toys = [Toy("A", b"x", ports=[7]), Toy("B", b"x", ports=[9])]
    toys[0].bound = True  # type: ignore[attr-defined]
    dispatch = Dispatch(Registry(toys))
    for client, server, labels in (
        (1, 2, ["B"]),
        (1, 7, ["A", "B"]),
        (7, 1, ["A", "B"]),
        (7, 9, ["B", "A"]),
        (9, 7, ["A", "B"]),
    ):
        assert [one.label for one in dispatch.candidates(Context("udp", client, server), ord("x"))] == labels


def test_mid_stream_the_usual_port_is_the_servers() -> None:
    """Either way round is tried, that one first; a connection seen from its beginning is what it is."""
    dispatch = Dispatch(Registry([Toy("A", b"x", ports=[22])]))
    assert dispatch.ways_round(Context("tcp", 22, 50000, midstream=True)) == (1, 0)
    assert dispatch.ways_round(Context("tcp", 50000, 22, midstream=True)) == (0, 1)
    assert dispatch.ways_round(Context("tcp", 1, 2, midstream=True)) == (0, 1)
    assert dispatch.ways_round(Context("tcp", 22, 50000)) == (0,)
