"""The DNS message parser: names, pointers, bounds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.protocols._dns_message import MAX_RECORDS, Names, parse, rcode_name, type_name

from ._dns_build import ANSWER, QUERY, RESPONSE, message, name, question, record


def test_header_question_and_records() -> None:
    """All three sections of a response, and where it ends."""
    parsed = parse(ANSWER + b"trailing")
    assert (parsed.identifier, parsed.response, parsed.rcode, parsed.complete, parsed.end) == (
        0x1234, True, 0, True, len(ANSWER),
    )  # fmt: skip
    assert parsed.questions == (("www.example.org", 1, 1),)
    assert [(entry.name, entry.type, entry.ttl) for entry in parsed.records] == [
        ("www.example.org", 5, 60),
        ("web.example.net", 1, 30),
        ("web.example.net", 28, 30),
    ]


@pytest.mark.parametrize("length", range(len(ANSWER)))
def test_truncated_at_every_length(length: int) -> None:
    """Refused until the question is whole; after that what was there, and not called complete."""
    whole_question = 12 + len(question("www.example.org"))
    if length < whole_question:
        with pytest.raises(ParseError):
            parse(ANSWER[:length])
    else:
        assert not parse(ANSWER[:length]).complete


@pytest.mark.parametrize(
    ("encoded", "shown"),
    [
        (b"\x03www\x07example\x03org\0", "www.example.org"),
        (b"\0", ""),
        (b"\x04a\x01b\xff\0", r"a\001b\255"),
        (b"\x03a.b\x01c\0", r"a\.b.c"),
        (b"\x03a\\b\0", r"a\\b"),
        (b"\x08xn--mnch\0", "xn--mnch"),
        ("\x04mü!\0".encode(), r"m\195\188!"),
    ],
)
def test_names_are_written_as_rfc_4343_says(encoded: bytes, shown: str) -> None:
    """Control characters, dots and backslashes inside labels, A-labels, bytes that are not ASCII."""
    assert Names(encoded).read(0) == (shown, len(encoded))


def test_mdns_names_are_utf8_where_printable() -> None:
    """An instance name with an umlaut is shown; a control character or broken UTF-8 is not."""
    assert Names("\x04mü!\0".encode(), utf8=True).read(0)[0] == "mü!"
    assert Names(b"\x02\xc3\x28\0", utf8=True).read(0)[0] == r"\195("
    assert Names("\x03\u202e\0".encode(), utf8=True).read(0)[0] == r"\226\128\174"


@pytest.mark.parametrize(
    "data",
    [
        b"\xc0\x00",
        b"\xc0\x02\xc0\x00",
        b"\x01a\xc0\x00",
        b"\x01a\xc0\x02",
        b"\x40a\0",
        b"\x80",
        b"\xc0",
        b"\x05abc",
        b"",
        b"\x3f" + b"a" * 63 + (b"\x3f" + b"b" * 63) * 3 + b"\0",
    ],
)
def test_names_that_never_end_or_lie_are_refused(data: bytes) -> None:
    """Pointers to themselves, forwards or into their own name, unknown label types, short or long names."""
    with pytest.raises(ParseError):
        Names(data).read(0)


def test_the_longest_name_is_allowed() -> None:
    """255 octets with the root, not one more; also through a pointer."""
    longest = b"\x3f" + b"a" * 63 + b"\x3f" + b"b" * 63 + b"\x3f" + b"c" * 63 + b"\x3d" + b"d" * 61 + b"\0"
    assert len(longest) == 255
    names = Names(longest + b"\xc0\x00\x01x\xc0\x00")
    assert names.read(0)[1] == 255
    assert names.read(255)[1] == 257
    with pytest.raises(ParseError):
        names.read(257)


def test_a_chain_of_pointers_is_bounded() -> None:
    """Each points to the one before; a hundred of them are not followed."""
    chain = b"\x01a\0" + b"".join(bytes([0xC0 | (at >> 8), at & 0xFF]) for at in (0, *range(3, 203, 2)))
    assert Names(chain).read(3)[0] == "a"
    with pytest.raises(ParseError):
        Names(chain).read(len(chain) - 2)


def test_extended_rcode_and_edns_version() -> None:
    """OPT carries the upper eight bits (RFC 6891 section 6.1.3)."""
    parsed = parse(message([question("a")], flags=RESPONSE, additional=[record("", 41, b"", ttl=0x01000000, class_=1232)]))
    assert (parsed.rcode, rcode_name(parsed.rcode), parsed.edns) == (16, "BADVERS", 0)


def test_names_of_numbers() -> None:
    """IANA's where there is one, RFC 3597's otherwise."""
    assert [type_name(number) for number in (1, 65, 257, 65280)] == ["A", "HTTPS", "CAA", "TYPE65280"]
    assert [rcode_name(number) for number in (3, 12)] == ["NXDOMAIN", "RCODE12"]


def test_time_is_linear_in_a_message_made_to_hurt() -> None:
    """64 KiB of records whose names are pointers into a chain: bounded in number and quick."""
    chain = b"".join(bytes([0xC0 | (at >> 8), at & 0xFF]) for at in range(12, 12 + 120, 2))
    body = b"\0\0" + chain
    hostile = message([], [body + record(b"\xc0\x50", 1, b"")[0:]], flags=RESPONSE)
    hostile += record(b"\xc0\x80", 1, b"") * 5000
    hostile = hostile[:6] + b"\xff\xff" + hostile[8:]
    begun = time.perf_counter()
    try:
        parsed = parse(hostile[:65535])
        assert len(parsed.records) <= MAX_RECORDS
    except ParseError:
        pass
    assert time.perf_counter() - begun < 1.0


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_else(data: bytes) -> None:
    """As a whole message, after a good header, and inside an answer."""
    for start in (b"", QUERY[:12], QUERY[:6] + b"\0\x05" + QUERY[8:], name("x")):
        try:
            parse(start + data)
        except ParseError:
            continue
