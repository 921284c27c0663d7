"""What Tab offers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netmon.filters import completion
from netmon.model.connection import Connection

Make = Callable[..., Connection]


@pytest.mark.parametrize(
    ("text", "start", "first"),
    [
        ("pro", 0, "proto:"),
        ("tcp pro", 4, "proto:"),
        ("byt", 0, "bytes>"),
        ("process:f", 8, "firefox"),
        ("process:FOX", 8, "firefox"),
        ("(host:www", 6, "www.example.org"),
        ("dport:4", 6, "443"),
        ("field:tls", 6, "tls_alpn="),
        ("tls_alpn:h", 9, "h2"),
        ("cmd:", 4, '"firefox --private (x)"'),
        ("N", 0, "ns:"),
        ("O", 0, "OR"),
    ],
)
def test_best_candidate(connection: Make, text: str, start: int, first: str) -> None:
    """Fields at a word's beginning, values on screen after a colon, quoted when they must be."""
    found = completion(text, len(text), [connection(), connection(destination_port=80)])
    assert (found.start, found.end, found.candidates[0]) == (start, len(text), first)


def test_everything_at_the_beginning(connection: Make) -> None:
    """An empty line offers the fields; an unfinished quote nothing."""
    assert "port:" in completion("", 0, []).candidates
    assert completion('host:"x', 7, [connection()]).candidates == ()


def test_secrets_are_not_offered(connection: Make) -> None:
    """Secret values never appear."""
    assert completion("snmp_community:", 15, [connection()]).candidates == ()


def test_most_frequent_first(connection: Make) -> None:
    """Values come by how often they are on screen."""
    rows = [connection(state="B"), connection(state="A"), connection(state="A")]
    assert completion("state:", 6, rows).candidates == ("open", "A", "B")
