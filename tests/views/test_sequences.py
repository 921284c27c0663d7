"""What terminals send by themselves is taken out of what is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.views.events import KeyEvent, PasteEvent
from netmon.views.sequences import BEGINS, ENDS, MOST, Item, SequenceReader


def read(data: bytes, reader: SequenceReader | None = None) -> list[Item]:
    """Everything the codes of one burst give, without the mark of its end."""
    reader = reader or SequenceReader()
    found = [item for code in [*data, -1] for item in reader.take(code)]
    return [item for item in found if item != -1]


def test_a_paste_is_one_event() -> None:
    """Its line breaks and letters press no keys; what stands round it does."""
    assert read(b"a" + BEGINS + "qq\nx\u00e9".encode() + ENDS + b"b") == [97, PasteEvent("qq\nx\u00e9"), 98]


def test_escape_alone_is_a_key() -> None:
    """At the end of a burst, before another key, and before a paste."""
    assert read(b"\x1b") == [27]
    assert read(b"\x1bq") == [27, 113]
    assert read(b"\x1b\x1b") == [27, 27]
    assert read(b"\x1b[") == [27, 91]
    assert read(b"\x1b" + BEGINS + b"x" + ENDS) == [27, PasteEvent("x")]


def test_a_paste_may_come_in_pieces() -> None:
    """What is missing comes with the next burst."""
    reader = SequenceReader()
    assert read(BEGINS[:4], reader) == []
    assert read(BEGINS[4:] + b"ab", reader) == []
    assert read(b"cd" + ENDS, reader) == [PasteEvent("abcd")]


def test_a_paste_is_bounded() -> None:
    """However long, so much is kept, and its end is found."""
    (event,) = read(BEGINS + b"x" * (3 * MOST) + ENDS)
    assert isinstance(event, PasteEvent) and len(event.text) <= MOST


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"\x1b[B", "Down"), (b"\x1bOA", "Up"), (b"\x1b[1;5C", "Right"), (b"\x1b[5~", "PgUp"), (b"\x1b[3;2~", "Delete"),
     (b"\x1b[Z", "S-Tab"), (b"\x1bOQ", "F2"), (b"\x1b[24~", "F12"), (b"\x1b[7~", "Home"), (b"\x1b[1;2P", "F1")],
)  # fmt: skip
def test_keys_of_other_terminals(data: bytes, name: str) -> None:
    """What the terminal type does not promise is understood all the same, with or without shift and the like."""
    assert read(b"x" + data + b"y") == [120, KeyEvent(name), 121]


@pytest.mark.parametrize(
    "data",
    [b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", b"\x1b]11;rgb:0/0/0\x07", b"\x1b[?62;22c", b"\x1b[12;40R", b"\x1b[I",
     b"\x1b[97;5u", b"\x1b[99~", b"\x1b[?1;2;3$y", b"\x1b]" + b"q" * 1200],
)  # fmt: skip
def test_answers_press_no_keys(data: bytes) -> None:
    """Late answers about colours, positions and attributes, focus, keys without a name here."""
    assert all(item == ord("q") for item in read(data))
    if len(data) < 1000:
        assert read(b"x" + data + b"y") == [120, 121]


@given(st.binary(max_size=60))
def test_nothing_typed_is_lost(data: bytes) -> None:
    """Without an escape every code comes out as it went in; with some, nothing breaks and the reader goes on."""
    if b"\x1b" not in data:
        assert read(data) == list(data)
    reader = SequenceReader()
    read(data, reader)
    read(b"\x07\x1b\\" + ENDS + b"\x1b[A", reader)
    assert read(b"q", reader)[-1:] == [113]
