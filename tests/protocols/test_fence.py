"""The fence around plug-ins: the contract's types and bounds, and no way out of the program."""

from __future__ import annotations

import sys
from dataclasses import replace
from random import Random
from threading import Thread  # noqa: TID251  there may be some

import pytest

from netmon.errors import ParseError
from netmon.model.finding import ChildFlow, Confidence, Exchange, Field, Finding, LearnedName, Role, Update
from netmon.model.flow import InspectKind
from netmon.protocols._contract import CLIENT, Claim, Context, Look, Status, Switch
from netmon.protocols._engine import Engine
from netmon.protocols._fence import Fenced, check_update, loaded
from netmon.protocols._guard import MOST_SLOW, Overdue
from netmon.protocols._registry import Registry

from ._talk import Toy, ToyInspector, Wire, engine, finding_of
from ._wild import survived

HERE = Context("tcp", 50000, 4444)
FINDING = Finding("TOY", Confidence.CONTENT, fields=(Field("toy_name", "Name", ("x", 1)),), risks=("odd",))
GOOD = Update(
    FINDING,
    (Exchange((1, "a"), Role.REQUEST, 5, "toy"),),
    (LearnedName(bytes(4), "example.org", 60, ("www.example.org",)),),
    (ChildFlow("tcp", bytes(16), 20, "TOY-DATA"), ChildFlow("udp", None, None, "TOY-DATA")),
)


def bad_findings() -> list[Finding]:
    """Each wrong in one way."""
    field = FINDING.fields[0]
    wrong = [
        {"label": 5}, {"label": "x" * 65}, {"confidence": "content"}, {"state": None}, {"summary": "a\x1b[2J"},
        {"hostname": b"example.org"}, {"risks": ["a"]}, {"risks": ("a",) * 17}, {"outer": (1,)}, {"idle_timeout": -1.0},
        {"idle_timeout": float("nan")}, {"fields": [field]}, {"fields": (field,) * 65}, {"fields": ("name",)},
    ]  # fmt: skip
    fields = [
        {"name": "a b"}, {"title": 1}, {"values": ["x"]}, {"values": (None,)}, {"values": (1.5,)}, {"values": (1 << 64,)},
        {"values": ("x" * 1025,)}, {"values": tuple(range(401))}, {"multiple": 1}, {"secrecy": "secret"},
    ]  # fmt: skip
    heavy = field._replace(values=tuple(f"{number:0>1024}" for number in range(300)))
    made = [replace(FINDING, **one) for one in wrong]  # type: ignore[arg-type]
    made += [replace(FINDING, fields=(field._replace(**one),)) for one in fields]  # type: ignore[arg-type]
    return [*made, replace(FINDING, fields=(heavy,))]


def test_what_keeps_the_contract_passes() -> None:
    """Every part of an update in its own shape."""
    check_update(GOOD)
    check_update(Update())


@pytest.mark.parametrize("number", range(len(bad_findings())))
def test_wrong_findings(number: int) -> None:
    """Types and bounds of a finding and its fields."""
    with pytest.raises(TypeError):
        check_update(Update(bad_findings()[number]))


@pytest.mark.parametrize(
    "update",
    [
        GOOD._replace(exchanges=(Exchange([], Role.REQUEST, 1),)),
        GOOD._replace(exchanges=(Exchange(object(), Role.REQUEST, 1),)),
        GOOD._replace(exchanges=(Exchange(((((1,),),),), Role.REQUEST, 1),)),
        GOOD._replace(exchanges=(Exchange(1, "request", 1),)),  # type: ignore[arg-type]
        GOOD._replace(exchanges=(Exchange(1, Role.RESPONSE, 1, "toy", "no"),)),  # type: ignore[arg-type]
        GOOD._replace(exchanges=[]),  # type: ignore[arg-type]
        GOOD._replace(exchanges=GOOD.exchanges * 1025),
        GOOD._replace(learned=(LearnedName(b"abc", "x", 1),)),
        GOOD._replace(learned=("x",)),  # type: ignore[arg-type]
        GOOD._replace(children=(ChildFlow("tcp", None, 70_000, "X"),)),
        GOOD._replace(children=(ChildFlow("tcp", b"x", 1, "X"),)),
        GOOD._replace(finding="TOY"),  # type: ignore[arg-type]
    ],
)
def test_wrong_updates(update: Update) -> None:
    """Types and bounds of what is handed over once."""
    with pytest.raises(TypeError):
        check_update(update)


class Foreign(Toy):
    """A plug-in whose inspector does as it is told."""

    def __init__(self, **does: object) -> None:
        super().__init__("FOREIGN", b"x")
        self.does = does

    def start(self, context: Context) -> ToyInspector:
        inspector = ToyInspector(self.label, context)
        foreign = type("ForeignInspector", (ToyInspector,), dict(self.does))
        inspector.__class__ = foreign
        return inspector


def _exit(*arguments: object) -> Status:
    raise SystemExit(3)


@pytest.mark.parametrize("name", ["feed", "update"])
def test_nothing_ends_the_program(name: str) -> None:
    """``SystemExit`` is a defect like others, counted by label."""
    machine = engine(Fenced(Foreign(**{name: _exit})))
    machine.inspect(Wire().frames([(CLIENT, b"xyz")]))
    machine.finish_all()
    assert machine.statistics().failures["FOREIGN"] > 0


def test_loading_may_not_end_the_program_either() -> None:
    """At import neither."""
    with pytest.raises(RuntimeError, match="SystemExit"):
        loaded(_exit)


class Hours:
    """A watch whose calls take as long as they are told to."""

    def __init__(self, *lasting: float, overdue: bool = False) -> None:
        self.lasting, self.now, self.open, self.overdue = list(lasting), 0.0, 0, overdue

    def seconds(self) -> float:
        return self.now

    def begin(self, longest: float) -> None:
        self.open += 1
        self.now += self.lasting.pop(0) if self.lasting else 0.0

    def end(self) -> None:
        self.open -= 1


def test_slow_plug_ins_are_dropped() -> None:
    """Some slow calls are forgiven, more are not; then nobody asks it, others get its conversations, a note says why."""
    watch = Hours(*[0.06] * (MOST_SLOW - 1), 0.04, 0.06)
    fenced = Fenced(Foreign(), watch)
    for _ in range(MOST_SLOW):
        assert fenced.claims(HERE, b"x", b"") is Claim.YES
    assert not fenced.dropped
    inspector = fenced.start(HERE)  # the slow one too many; what it has done counts
    assert fenced.dropped == "8 calls took more than 50 ms of processor time"
    assert inspector.update() is None and inspector.held == 0 and not inspector.sure
    for call in (lambda: inspector.feed(CLIENT, b"x", 1), lambda: inspector.gap(CLIENT, 1), inspector.switch):
        with pytest.raises(ParseError):
            call()
    registry = Registry([fenced, Toy("OTHER", b"x")])
    assert registry.dropped() == [f"plug-in protocol FOREIGN was dropped: {fenced.dropped}"]
    machine = Engine(registry)
    finding = finding_of(machine.inspect(Wire().frames([(CLIENT, b"xyz")])).updates)
    assert finding is not None and finding.label == "OTHER"
    assert machine.statistics().failures == {}
    assert watch.open == 0


def test_a_call_without_end_is_broken_off() -> None:
    """Once is enough; the watch is put away, standard output is back."""

    def late(*arguments: object) -> Status:
        raise Overdue

    watch, before = Hours(), (sys.stdout, sys.stderr)
    fenced = Fenced(Foreign(feed=late), watch)
    machine = engine(fenced)
    machine.inspect(Wire().frames([(CLIENT, b"xyz")]))
    assert fenced.dropped == "a call took more than 2 s"
    assert machine.statistics().failures == {"FOREIGN": 1}
    assert (sys.stdout, sys.stderr) == before


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """A plug-in that writes to standard output or error fails instead; others of this process write as ever."""

    def says(*arguments: object) -> Status:
        others = Thread(target=lambda: print("another thread"))
        others.start()
        others.join()
        print("planted", file=sys.stderr if arguments[1] else sys.stdout)
        return Status.MORE

    inspector = Fenced(Foreign(feed=says)).start(HERE)
    for side in (0, 1):
        with pytest.raises(PermissionError, match="belong to netmon"):
            inspector.feed(side, b"x", 1)
    print("afterwards")
    assert capsys.readouterr() == ("another thread\nanother thread\nafterwards\n", "")


def test_switches_and_sureness_are_checked() -> None:
    """A switch of wrong types is a ``TypeError``; who cannot say whether it is sure is not."""
    inspector = Fenced(Foreign(switch=lambda self: Switch("text", b""), sure=property(_exit))).start(HERE)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        inspector.switch()
    assert inspector.sure is False
    assert Fenced(Foreign(switch=lambda self: Switch(b"a", b"b", "TLS"))).start(HERE).switch().hint == "TLS"


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": ""}, {"label": 5}, {"ports": {1}}, {"ports": frozenset("a")}, {"transports": ("tcp",)}, {"claims": 1},
        {"look": (4,)}, {"look": Look(0)}, {"look": Look(4, 4)}, {"look": Look(4, -1)}, {"look": Look("4")},
        {"look": Look(4, 0, {1})}, {"look": Look(4, 0, frozenset("a"))},
    ],
)  # fmt: skip
def test_offers_are_checked(wrong: dict[str, object]) -> None:
    """What is no protocol object is not let in."""
    toy = Toy("A", b"a")
    for name, value in wrong.items():
        setattr(toy, name, value)
    with pytest.raises(TypeError):
        Fenced(toy)


def test_a_first_look_spares_questions() -> None:
    """A plug-in's is looked at like that of a built-in protocol: away from its ports, and there it is asked anyway."""
    toy = Toy("TOY", b"toy", ports=[7777])
    toy.look = Look(6, 3, frozenset(b"!"))  # type: ignore[attr-defined]
    for port, payload, asked in ((4444, b"toy!", 0), (4444, b"toy?more", 0), (4444, b"toy!more", 1), (7777, b"toy", 1)):
        toy.asked = 0
        machine = engine(Fenced(toy))
        finding = finding_of(
            machine.inspect(Wire(kind=InspectKind.UDP, server_port=port).frames([(CLIENT, payload)])).updates
        )
        assert (toy.asked, finding is not None) == (asked, bool(asked)), (port, payload)
    stream = finding_of(engine(Fenced(toy)).inspect(Wire().frames([(CLIENT, b"toy")])).updates)
    assert stream is not None  # of datagrams only


def test_built_in_protocols_come_first() -> None:
    """A plug-in that claims everything, on a port of a built-in one, takes nothing from it."""
    plain, foreign = Toy("ZZZ", b"x", ports=[7]), Toy("AAA", b"", ports=[7])
    registry = Registry([Fenced(foreign), plain])
    assert [protocol.label for protocol in registry.by_port("tcp", 7)] == ["ZZZ", "AAA"]
    machine = engine(Fenced(foreign), plain)
    finding = finding_of(machine.inspect(Wire(server_port=7).frames([(CLIENT, b"xyz")])).updates)
    assert finding is not None and finding.label == "ZZZ"


def test_whatever_a_plug_in_does(capsys: pytest.CaptureFixture[str]) -> None:
    """Thousands of plug-ins that answer, raise, print and loiter at random."""
    for seed in range(1500):
        chance = Random(seed)
        most = chance.choice((160, 210, 255))
        script = bytes(chance.randint(1, most) for _ in range(chance.randint(0, 300)))
        survived(script + b"\0" + chance.randbytes(chance.randint(0, 200)))
    assert capsys.readouterr() == ("", "")
