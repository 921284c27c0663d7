"""Pastes are taken out of what is typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netmon.views.events import PasteEvent
from netmon.views.paste import BEGINS, ENDS, MOST, PasteReader


def read(data: bytes, reader: PasteReader | None = None) -> list[int | PasteEvent]:
    """Everything the codes of one burst give, without the mark of its end."""
    reader = reader or PasteReader()
    found = [item for code in [*data, -1] for item in reader.take(code)]
    return [item for item in found if item != -1]


def test_a_paste_is_one_event() -> None:
    """Its line breaks and letters press no keys; what stands round it does."""
    assert read(b"a" + BEGINS + "qq\nx\u00e9".encode() + ENDS + b"b") == [97, PasteEvent("qq\nx\u00e9"), 98]


def test_escape_alone_is_a_key() -> None:
    """At the end of a burst, before another key, and before one that begins alike."""
    assert read(b"\x1b") == [27]
    assert read(b"\x1bq") == [27, 113]
    assert read(b"\x1b[20q") == [27, 91, 50, 48, 113]
    assert read(b"\x1b" + BEGINS + b"x" + ENDS) == [27, PasteEvent("x")]


def test_a_paste_may_come_in_pieces() -> None:
    """What is missing comes with the next burst."""
    reader = PasteReader()
    assert read(BEGINS + b"ab", reader) == []
    assert read(b"cd" + ENDS, reader) == [PasteEvent("abcd")]


def test_a_paste_is_bounded() -> None:
    """However long, so much is kept, and its end is found."""
    (event,) = read(BEGINS + b"x" * (3 * MOST) + ENDS)
    assert isinstance(event, PasteEvent) and len(event.text) <= MOST


@given(st.binary(max_size=60))
def test_nothing_typed_is_lost(data: bytes) -> None:
    """Without the sequence that begins a paste every code comes out as it went in."""
    if BEGINS not in data:
        assert read(data) == list(data)
