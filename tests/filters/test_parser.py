"""What parses, what does not, and where the caret points."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import FilterError
from netmon.filters import explain
from netmon.filters.fields import FIELDS
from netmon.filters.parser import parse
from netmon.filters.syntax import And, Compare, Node, Not, Numbers, Or, Text, Within


@pytest.mark.parametrize(
    ("text", "column", "part"),
    [
        ("prot:tcp", 0, 'did you mean "proto"'),
        ("a loss>0", 2, 'did you mean "retrans"'),
        ("qqqq>0", 0, "put text in quotes"),
        ("tcp zzzz:1", 4, "no field"),
        ("(tcp", 0, "not closed"),
        ("tcp)", 3, "not opened"),
        ("tcp OR", 6, "missing"),
        ("OR tcp", 0, "missing"),
        ("tcp ( )", 6, "missing"),
        ("NOT", 3, "missing"),
        ('host:"abc', 5, "not closed"),
        ("port:80-70", 5, "backwards"),
        ("port:80,,90", 8, "a number or a range"),
        ("bytes>10q", 8, 'no unit "q"'),
        ("bytes>", 6, "missing after bytes>"),
        ("port:", 5, "missing after port: (port:* is any)"),
        ("tcp host: udp", 9, "missing after host:"),
        ('host:""', 5, "missing after host:"),
        ("http_path:", 10, "missing after http_path:"),
        ("field:http_path=", 16, "missing after http_path="),
        ("bytes>x", 6, "a number is missing"),
        ("age>1m3x", 7, "no unit"),
        ("host>5", 5, "not a number"),
        ("pid:/x/", 4, "is a number"),
        ("/a(b/", 2, "regular expression"),
        ("src:10.0.0.0/99", 4, "not a network"),
        ("host:/(a+)\\1/", 6, "back references"),
        ("field:", 6, "field:name=text"),
        ("port>80-90", 5, "one number"),
    ],
)
def test_errors_point_at_the_spot(text: str, column: int, part: str) -> None:
    """A wrong filter says in one line what is wrong, and where."""
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.position == column
    assert explain(text, caught.value)[1].index("^") == column


def test_precedence() -> None:
    """AND binds tighter than OR, NOT tighter than AND."""
    a, b, c = Text("", "a"), Text("", "b"), Text("", "c")
    assert parse("a b OR NOT c a") == Or((And((a, b)), And((Not(c), a))))
    assert parse("a (b | c)") == And((a, Or((b, c))))
    assert parse("a && b || c") == Or((And((a, b)), c))


def test_depth_and_length_are_bounded() -> None:
    """Neither a thousand parentheses nor a novel can hurt."""
    for text in ("(" * 1000 + "a" + ")" * 1000, "!" * 1000 + "a", "a" * 5000):
        with pytest.raises(FilterError):
            parse(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='abport:=<>!-|&()"/\\.0123456789KOR NT,_*+?[]', max_size=40))
def test_anything_typed_parses_or_explains_itself(text: str) -> None:
    """Whatever is typed gives a tree or a FilterError inside the text."""
    try:
        parse(text)
    except FilterError as error:
        assert 0 <= error.position <= len(text)


WORDS = st.text(alphabet='abcxyz019.-() "\\|', min_size=1, max_size=8)
LEAVES = st.one_of(
    st.builds(Text, st.sampled_from(["", "host", "process", "http_path"]), WORDS),
    st.builds(lambda low, more: Numbers("port", ((low, low + more),)), st.integers(0, 999), st.integers(0, 9)),
    st.builds(
        Compare, st.sampled_from(["bytes", "age", "rtt"]), st.sampled_from(["<", "<=", ">", ">=", "="]), st.integers(0, 9)
    ),
    st.builds(lambda field: parse(f"{field}:10.1.0.0/16"), st.sampled_from(["src", "dst"])),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: And(tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda parts: Or(tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=8,
)


def written(node: Node) -> str:
    """A tree as a person would have to type it."""
    match node:
        case And(parts):
            return "(" + " ".join(map(written, parts)) + ")"
        case Or(parts):
            return "(" + " OR ".join(map(written, parts)) + ")"
        case Not(part):
            return "NOT " + written(part)
        case Text(field, needle):
            quoted = '"' + needle.replace("\\", "\\\\").replace('"', '\\"') + '"'
            return f"{field}:{quoted}" if field else quoted
        case Numbers(field, ((low, high),)):
            return f"{field}:{low}-{high}"
        case Compare(field, operator, value):
            return f"{field}{operator}{value}"
        case Within(field, network):
            return f"{field}:{network}"
    raise AssertionError(node)


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_written_trees_come_back(tree: Node) -> None:
    """Every tree written out parses to itself."""
    assert parse(written(tree)) == tree


def test_every_field_is_explained() -> None:
    """Help and completion have something to say about each field."""
    assert all(field.meaning and name == name.lower() for name, field in FIELDS.items())
