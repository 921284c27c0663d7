"""The life of a flow under inspection: claimed, handed over, done, given up."""

from __future__ import annotations

from netmon.model.finding import Attention, Confidence
from netmon.protocols._contract import CLIENT, SERVER

from ._talk import Toy, Wire, engine, fields, finding_of, run


def seen(text: str) -> dict[str, tuple[str | int, ...]]:
    return {"seen": (text,)}


def test_failures_are_bounded() -> None:
    """However many protocols claim and fail, a flow is given up after a few of them."""
    toys = [Toy(f"T{number:02}", b"x") for number in range(30)]
    machine = engine(*toys)
    harvest = machine.inspect(Wire().frames([(CLIENT, b"x fail")]))
    assert sum(len(toy.started) for toy in toys) <= 4
    assert harvest.attentions == [(1, Attention.DONE)]
    assert machine.statistics().given_up == 1


def test_given_up_gets_the_label_of_the_port() -> None:
    """Nobody claims: the port's label, shown as such, where the beginning was not seen; else nothing is said."""
    for port, midstream, label in ((80, True, "B"), (80, False, None), (81, True, None)):
        machine = engine(Toy("B", b"hello", ports=[80]))
        wire = Wire(server_port=port)
        wire.midstream = midstream
        harvest = machine.inspect(wire.frames([(CLIENT, b"#"), (SERVER, b"#")]))
        finding = finding_of(harvest.updates)
        assert (finding.label if finding else None) == label
        assert finding is None or finding.confidence is Confidence.PORT
        assert harvest.attentions == [(1, Attention.DONE)]
        assert machine.statistics().flows == 0


def test_the_label_of_the_port_while_the_beginning_agrees() -> None:
    """Too little was seen to decide, and none of it speaks against the port's protocol."""
    machine = engine(Toy("B", b"hello", ports=[80]))
    machine.inspect(Wire(server_port=80).frames([(CLIENT, b"hel")]))
    finding = finding_of(machine.finish([1]).updates)
    assert finding is not None
    assert (finding.label, finding.confidence) == ("B", Confidence.PORT)


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
    assert fields(finding) == {"seen": ("out switchinner|", "inner text|")}
    assert inner.times[0] == outer.times[0], "what is left over came with the segment that switched"
    assert inner.started[0].outer == ("OUT",)
    unknown = run(Wire().frames([(CLIENT, b"out switch?????")]), engine(outer, inner))
    assert unknown is not None
    assert unknown.label == "OUT"


def test_the_outer_summary_stands_until_there_is_an_inner_one() -> None:
    """A CONNECT to a name, and TLS inside without one: whom it goes to is still said."""
    connect = b"CONNECT mail.example:993 HTTP/1.1\r\n\r\n"
    talk = [
        (CLIENT, connect),
        (SERVER, b"HTTP/1.1 200 OK\r\n\r\n"),
        (CLIENT, b"\x16\x03\x01\0\x2e\x01\0\0\x2a\3\3" + bytes(40)),
    ]
    finding = run(Wire().frames(talk))
    assert finding is not None
    assert (finding.label, finding.outer) == ("TLS", ("HTTP",))
    assert finding.summary == "CONNECT mail.example:993 200"


def test_switching_for_ever_ends() -> None:
    """A protocol that always switches to itself is stopped."""
    toy = Toy("A", b"x")
    run(Wire().frames([(CLIENT, b"x switch" * 200)]), engine(toy))
    assert len(toy.started) < 20
