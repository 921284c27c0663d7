"""Filter text to tokens."""

from __future__ import annotations

import pytest

from netmon.filters.lexer import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("port:53", [("TERM", "port", ":", "53", "plain")]),
        ("bytes>=1M", [("TERM", "bytes", ">=", "1M", "plain")]),
        ("bytes:>1M", [("TERM", "bytes", ":>", "1M", "plain")]),
        ("exe:/usr/bin/curl", [("TERM", "exe", ":", "/usr/bin/curl", "plain")]),
        ("exe:/^.usr/", [("TERM", "exe", ":", "^.usr", "regex")]),
        ("/a b/", [("TERM", "", "", "a b", "regex")]),
        (r'"a \"b\""', [("TERM", "", "", 'a "b"', "quoted")]),
        ("fe80::1", [("TERM", "", "", "fe80::1", "plain")]),
        ("-a", [("NOT", "", "", "", "plain"), ("TERM", "", "", "a", "plain")]),
        ("a-b", [("TERM", "", "", "a-b", "plain")]),
        ("a|b", [("TERM", "", "", "a", "plain"), ("OR", "", "", "", "plain"), ("TERM", "", "", "b", "plain")]),
    ],
)
def test_tokens(text: str, expected: list[tuple[str, ...]]) -> None:
    """Fields, operators, forms of values, signs."""
    found = [(t.kind, t.name, t.operator, t.value, t.form) for t in tokens(text)]
    assert found == [*expected, ("END", "", "", "", "plain")]


def test_positions() -> None:
    """Each token knows where it and its value stand."""
    assert [(t.position, t.value_position, t.end) for t in tokens("tcp  port:53")] == [(0, 0, 3), (5, 10, 12), (12, 0, 12)]
