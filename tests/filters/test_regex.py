"""Regular expressions from people cannot run away."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import FilterError
from netmon.filters.regex import compile_regex


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a*)*b", "(a|a)*b", "(a|ab)+c", "(.*x){20}", r"(\w+\s?)*$", r"(a)\1", "(?:a?){30}a{30}", ".*.*.*.*.*x",
     "x" * 300, "(a", "[z-a]", "(?P<n>a", "a{1,2}{3,4}+", "((a{1,20}){1,20}){1,20}", "a?" * 30 + "a" * 30,
     "a{99999999999999}"],
)  # fmt: skip
def test_dangerous_or_wrong_patterns_are_refused(pattern: str) -> None:
    """Exponential patterns and mistakes are a FilterError."""
    with pytest.raises(FilterError):
        compile_regex(pattern, 0)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("fire.*fox", "FireX fox"), (r"^\d+\.\d+", "1.5"), ("(foo|bar)+baz", "foobarbaz"), ("[a-z]{2,5}x?", "abc"),
     (r"(www\.)?example\.(org|com)$", "example.com"), ("^(?:a|b|c)*d", "abcd"), ("(?i:x)", "X"),
     (r"^(\d{1,3}\.){3}\d{1,3}$", "192.0.2.1")],
)  # fmt: skip
def test_usual_patterns_work(pattern: str, text: str) -> None:
    """What people write works, without regard to case."""
    assert compile_regex(pattern, 0).search(text)


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
