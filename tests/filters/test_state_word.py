"""The word on the screen is one of the state's texts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netmon.filters import compile_filter
from netmon.filters.haystack import haystack
from netmon.model.connection import Connection
from netmon.model.health import TcpHealth

Make = Callable[..., Connection]


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({}, "open"), ({"state": "SYN_SENT"}, "opening"), ({"state": "SYN_SENT", "closed": True}, "closed"),
        ({"state": "CLOSED", "tcp": TcpHealth(reset_by="source")}, "reset"),
        ({"protocol": "udp", "state": "QUERY"}, "asked"),
        ({"protocol": "udp", "state": "RESPONSE", "closed": True}, "answered"), ({"state": "QUIC_INITIAL"}, "opening"),
        ({"protocol": "udp", "state": "SOMETHING_NEW"}, "something new"),
    ],
)  # fmt: skip
def test_the_word_is_found(connection: Make, values: dict[str, object], word: str) -> None:
    """With the field, exactly, and as a word alone; so is the protocol's own."""
    row = connection(**values)
    for text in (f'state:="{word}"', f'"{word}"', f"state:={row.state}"):
        assert compile_filter(text)(row, 0.0), text
    assert not compile_filter("state:=listening")(row, 0.0)
    assert f"\n{word}\n" in haystack(row)


def test_a_new_word_is_noticed(connection: Make) -> None:
    """A connection that closes or is reset is found by its new word, however often it was looked at before."""
    from dataclasses import replace

    row = connection(state="SYN_SENT")
    assert compile_filter("opening")(row, 0.0)
    closed = replace(row, closed=True)
    assert compile_filter("closed")(closed, 0.0) and not compile_filter("opening")(closed, 0.0)
    assert compile_filter("reset")(replace(closed, tcp=TcpHealth(reset_by="source")), 0.0)
