"""The report builder: bounded, clean, and silent when nothing changed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.finding import ChildFlow, LearnedName, Role, Secrecy
from netmon.protocols._contract import Context
from netmon.protocols._report import MAXIMUM_PENDING, MAXIMUM_TEXT, FieldSpec, Report, clean, clean_hostname

NAME = FieldSpec("name", "Name", multiple=True, limit=3)
ONE = FieldSpec("one", "One")
HIDDEN = FieldSpec("hidden", "Hidden", secret=True)
CONTEXT = Context("tcp", 1, 2, outer=("SOCKS",))


def test_update_only_on_change() -> None:
    """A finding comes when something changed, once; repeating a value changes nothing."""
    report = Report("X", CONTEXT)
    assert report.update() is not None
    assert report.update() is None
    assert report.add(NAME, "a")
    first = report.update()
    report.add(NAME, b"a")
    report.set(ONE, "")
    report.state = ""
    assert first is not None
    assert report.update() is None


def test_values_are_distinct_ordered_and_bounded() -> None:
    """Order of first appearance, no repetition, at most the limit."""
    report = Report("X", CONTEXT)
    given_values = ["b", b"a", "b", "c", "d", 7, ""]
    taken = [report.add(NAME, value) for value in given_values]
    assert report.values(NAME) == ("b", "a", "c")
    assert taken == [True, True, True, True, False, False, False]


def test_set_replaces() -> None:
    """set keeps one value; the empty text removes the field; add works after it."""
    report = Report("X", CONTEXT)
    report.add(ONE, "x")
    report.set(ONE, "y")
    report.add(ONE, "x")
    assert report.values(ONE) == ("y", "x")
    report.set(ONE, "")
    assert report.get(ONE) is None


def test_secrets_are_not_kept_unless_asked_for() -> None:
    """Neither in a finding nor on the way to one."""
    report = Report("X", CONTEXT)
    report.set(HIDDEN, "s")
    assert not report.add(HIDDEN, "s")
    assert report.get(HIDDEN) is None and report.values(HIDDEN) == ()


def test_finding_carries_everything() -> None:
    """The frozen finding has the state, names, risks and the outer labels of the context."""
    report = Report("X", CONTEXT.changed(secrets=True))
    report.state, report.summary, report.idle_timeout = "OPEN", "hello\nworld", 5.0
    report.hostname("WWW.Example.ORG.", "sni")
    report.risk("bad")
    report.risk("bad")
    report.set(HIDDEN, "s")
    report.nest("Y")
    update = report.update()
    assert update is not None
    finding = update.finding
    assert finding is not None
    assert (finding.label, finding.outer, finding.state, finding.idle_timeout) == ("Y", ("SOCKS", "X"), "OPEN", 5.0)
    assert (finding.hostname, finding.hostname_source, finding.risks) == ("www.example.org", "sni", ("bad",))
    assert finding.summary == "hello\ufffdworld"
    assert finding.fields[0].secrecy is Secrecy.SECRET


def test_handed_over_once_and_bounded() -> None:
    """Exchanges, names and children come with the next update only, and never more than the bound."""
    report = Report("X", CONTEXT)
    report.update()
    for number in range(MAXIMUM_PENDING + 10):
        report.request(number, number, "x")
        report.learn(LearnedName(b"1234", "n", 1))
        report.child(ChildFlow("tcp", None, number, "Y"))
    update = report.update()
    assert update is not None
    assert update.finding is None
    assert len(update.exchanges) == len(update.learned) == len(update.children) == MAXIMUM_PENDING
    assert update.exchanges[0].role is Role.REQUEST
    assert report.update() is None


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.binary(max_size=3000), st.text(max_size=3000)))
def test_clean_text_is_safe(value: bytes | str) -> None:
    """Whatever comes in, what goes out is short and printable: no escape sequence reaches a terminal."""
    text = clean(value)
    assert len(text) <= MAXIMUM_TEXT
    assert text.isprintable()
    assert not clean_hostname(value).endswith(".")
