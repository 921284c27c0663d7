"""Regular expressions from people cannot run away."""

from __future__ import annotations

import re
import time
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import FilterError
from netmon.filters.automaton import Automaton, size
from netmon.filters.regex import STATES, compile_regex


@pytest.mark.parametrize(
    "pattern",
    [r"(a)\1", "(?=a)b", "(?<!a)b", "(?>a+)b", "a*+b", "x" * 300, "(a", "[z-a]", "(?P<n>a", "a{1,2}{3,4}+",
     "((a{1,20}){1,20}){1,20}", "a{99999999999999}", "a{500}"],
)  # fmt: skip
def test_patterns_that_cannot_be_linear_or_are_wrong_are_refused(pattern: str) -> None:
    """What needs going back, is too large, or is no pattern is a FilterError."""
    with pytest.raises(FilterError):
        compile_regex(pattern, 0)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("fire.*fox", "FireX fox"), (r"^\d+\.\d+", "1.5"), ("(foo|bar)+baz", "foobarbaz"), ("[a-z]{2,5}x?", "abc"),
     (r"(www\.)?example\.(org|com)$", "example.com"), ("^(?:a|b|c)*d", "abcd"), ("(?i:x)", "X"),
     (r"^(\d{1,3}\.){3}\d{1,3}$", "192.0.2.1"), (r"\bssh\b", "open ssh 9"), ("STRASSE|straße", "Straße")],
)  # fmt: skip
def test_usual_patterns_work(pattern: str, text: str) -> None:
    """What people write works, without regard to case, whichever of the two answers."""
    compiled = compile_regex(pattern, 0)
    assert compiled.search(text)
    compiled.safe_length = -1
    assert compiled.search(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("(a+)+$", "a" * 4000 + "!"), ("(a*)*b", "a" * 4000), ("(a|a)*b", "a" * 4000), ("(a|ab)+c", "ab" * 2000),
     (r"(\w+\s?)*$", "a" * 4000 + "!"), (".*.*.*.*.*x", "y" * 4000), (".*x.*y.*z", "xy" * 2000), ("a+a+a+b", "a" * 4000),
     ("a?" * 30 + "a" * 30, "a" * 29), ("(.*x){20}", "x" * 19 + "y" * 4000), (r"\d+\w+\d+\w+!", "1" * 4000)],
)  # fmt: skip
def test_catastrophic_patterns_are_answered(pattern: str, text: str) -> None:
    """What takes Python's matcher longer than the universe lasts has its answer (the last letter decides)."""
    compiled = compile_regex(pattern, 0)
    assert compiled.search(text) is (pattern == r"(\w+\s?)*$")


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="ab(|)*+?.[]{}1,^$\\w", max_size=16), st.text(alphabet="ab1 _", max_size=12))
def test_automaton_agrees_with_python(pattern: str, text: str) -> None:
    """Both matchers find the same, where Python's may be asked."""
    try:
        compiled = compile_regex(pattern, 0)
    except FilterError:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        expected = re.search(pattern, text, re.IGNORECASE) is not None
    assert compiled.search(text) is expected
    compiled.safe_length = -1
    assert compiled.search(text) is expected


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab(|)*+?.[]{}1,^$\\", max_size=16))
def test_accepted_patterns_are_quick(pattern: str) -> None:
    """Whatever is accepted searches a nasty text in reasonable time."""
    try:
        compiled = compile_regex(pattern, 0)
    except FilterError:
        return
    begun = time.process_time()
    compiled.search("a" * 60 + "!")
    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [("^curl", "tcp\ncurl\n443", True), ("^url", "tcp\ncurl", False), ("cp$", "tcp\ncurl", True),
     (r"p\sc", "tcp\ncurl", False), ("p[^x]c", "tcp\ncurl", False), (r"\Acurl\Z", "tcp\ncurl", True),
     ("p.c", "tcp\ncurl", False), ("(?s:p.c)", "tcp\ncurl", False)],
)  # fmt: skip
def test_values_are_looked_at_one_by_one(pattern: str, text: str, found: bool) -> None:
    """Over everything visible a match lies within one value; anchors are those of a value."""
    compiled = compile_regex(pattern, 0, lines=True)
    assert compiled.search(text) is found
    compiled.safe_length = -1
    assert compiled.search(text) is found


def test_size_is_what_is_built() -> None:
    """The bound is checked before anything is built."""
    compiled = compile_regex("(ab|c){3,5}d*", 0)
    tree = compiled._tree
    assert Automaton(tree, int(re.IGNORECASE))._count <= size(tree) + 2 <= STATES
