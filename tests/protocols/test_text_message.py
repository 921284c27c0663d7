"""Start line and headers."""

from __future__ import annotations

import pytest

from netmon.errors import NeedMore, ParseError
from netmon.protocols._text_message import MAX_HEAD, MAX_LINES, parse


def test_headers_are_collected() -> None:
    """Case, repetition, folding, compact names, both line ends."""
    for end in (b"\r\n", b"\n"):
        data = end.join((b"START line", b"Name: one", b"name:two", b" folded", b"v: short", b"no colon", b"", b"body"))
        message = parse(data)
        assert message.start == "START line"
        assert message.headers == {"name": ["one", "two folded"], "v": ["short"]}
        assert message.first("via", "v") == "short" and message.first("missing") == ""
        assert data[message.body :] == b"body"


def test_an_unfinished_head_needs_more_unless_it_is_a_datagram() -> None:
    """And a head that never ends is refused."""
    with pytest.raises(NeedMore):
        parse(b"START\r\nName: one\r\n")
    assert parse(b"START\r\nName: one\r\n", whole=True).first("name") == "one"
    with pytest.raises(ParseError):
        parse(b"x" * MAX_HEAD)


def test_lines_are_bounded() -> None:
    """A thousand headers keep the first ones."""
    data = b"START\r\n" + b"".join(b"n%d: x\r\n" % number for number in range(1000)) + b"\r\n"
    assert len(parse(data).headers) < MAX_LINES
