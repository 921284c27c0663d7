"""DNS over UDP and TCP: what is claimed and what is told."""

from __future__ import annotations

import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.errors import ParseError
from netmon.model.finding import Exchange, Finding, LearnedName, Role, Update
from netmon.protocols._contract import CLIENT, SERVER, Claim, Context, Status
from netmon.protocols.dns import PROTOCOL

from ._dns_build import ANSWER, QUERY, QUESTION_POINTER, RESPONSE, V4, V6, message, name, question, record

UDP = Context("udp", 50000, 53)
OTHER = Context("udp", 50000, 9999)
TCP = Context("tcp", 50000, 53)
FRAMED = struct.pack("!H", len(QUERY)) + QUERY, struct.pack("!H", len(ANSWER)) + ANSWER


def run(*payloads: tuple[int, bytes], context: Context = UDP) -> Update:
    inspector = PROTOCOL.start(context)
    for when, (side, data) in enumerate(payloads):
        assert inspector.feed(side, data, when) is Status.ALWAYS
    update = inspector.update()
    assert update is not None
    return update


def fields(finding: Finding | None) -> dict[str, tuple[str | int, ...]]:
    assert finding is not None
    return {field.name: field.values for field in finding.fields}


def test_query_and_response() -> None:
    """Every field, the exchange, the state and the summary."""
    update = run((CLIENT, QUERY), (SERVER, ANSWER))
    assert fields(update.finding) == {
        "dns_query": ("www.example.org",),
        "dns_qtype": ("A",),
        "dns_flags": ("RD", "RA"),
        "dns_rcode": ("NOERROR",),
        "dns_resp_name": ("www.example.org", "web.example.net"),
        "dns_cname": ("web.example.net",),
        "dns_answer_ip": ("192.0.2.1", "2001:db8::1"),
    }
    assert update.finding is not None
    assert (update.finding.label, update.finding.state, update.finding.summary, update.finding.idle_timeout) == (
        "DNS", "RESPONSE", "A www.example.org NOERROR", 30.0,
    )  # fmt: skip
    key = (0x1234, "www.example.org", 1)
    assert update.exchanges == (Exchange(key, Role.REQUEST, 0, "dns"), Exchange(key, Role.RESPONSE, 1, "dns"))


def test_addresses_are_learned_under_the_name_that_was_asked() -> None:
    """With the alias on the way, and the address's own TTL."""
    update = run((CLIENT, QUERY), (SERVER, ANSWER))
    assert update.learned == (
        LearnedName(V4, "www.example.org", 30, ("web.example.net",)),
        LearnedName(V6, "www.example.org", 30, ("web.example.net",)),
    )


def test_nothing_is_learned_from_a_failure_or_a_query() -> None:
    """NXDOMAIN with a record, and a record in a query."""
    answers = [record(QUESTION_POINTER, 1, V4)]
    assert run((SERVER, message([question("a.example")], answers, flags=0x8183))).learned == ()
    assert run((CLIENT, message([question("a.example")], answers, flags=0x2800))).learned == ()


@pytest.mark.parametrize(("flags", "failed"), [(0x8180, False), (0x8183, True), (0x8182, True), (0x8185, True)])
def test_a_failure_is_an_answer_that_says_no(flags: int, failed: bool) -> None:
    """NOERROR is none, whatever it holds; NXDOMAIN, SERVFAIL and REFUSED are."""
    update = run((CLIENT, message([question("a.example")])), (SERVER, message([question("a.example")], flags=flags)))
    assert [half.failed for half in update.exchanges] == [False, failed]


def test_an_alias_loop_ends() -> None:
    """a -> b -> a, and an address of a stranger."""
    looped = message(
        [question("a.x")],
        [record("a.x", 5, name("b.x")), record("b.x", 5, name("a.x")), record("b.x", 1, V4), record("c.x", 1, V4)],
        flags=RESPONSE,
    )
    assert run((SERVER, looped)).learned == (LearnedName(V4, "a.x", 300, ("b.x",)), LearnedName(V4, "c.x", 300))


@pytest.mark.parametrize(
    ("kind", "data", "field", "value"),
    [
        (15, b"\0\x0a" + name("mail.example.org"), "dns_mx", "mail.example.org"),
        (2, name("ns1.example.org"), "dns_ns", "ns1.example.org"),
        (12, name("host.example.org"), "dns_ptr", "host.example.org"),
        (33, struct.pack("!HHH", 0, 5, 5060) + name("sip.example.org"), "dns_srv", "sip.example.org:5060"),
        (6, name("ns1.example.org") + name("root.example.org") + bytes(20), "dns_soa", "ns1.example.org"),
        (16, b"\x0btoken=12345", "dns_txt_length", 12),
        (65, b"\0\1\0" + struct.pack("!HH", 1, 3) + b"\x02h3", "dns_https", "1 . alpn=h3"),
    ],
)
def test_record_types(kind: int, data: bytes, field: str, value: str | int) -> None:
    """Their targets; of TXT only the length."""
    found = fields(
        run((SERVER, message([question("x.org", kind)], [record(QUESTION_POINTER, kind, data)], flags=RESPONSE))).finding
    )
    assert found[field] == (value,)
    assert not any("token" in str(values) for values in found.values())


def test_service_hints_are_learned() -> None:
    """An HTTPS record's address hints belong to the name asked for."""
    data = b"\0\1\0" + struct.pack("!HH", 4, 4) + V4
    update = run((SERVER, message([question("x.org", 65)], [record(QUESTION_POINTER, 65, data)], flags=RESPONSE)))
    assert update.learned == (LearnedName(V4, "x.org", 300),)


@pytest.mark.parametrize(
    ("flags", "state", "summary"),
    [(0x2800, "UPDATE", "SOA x.org"), (0x2400, "NOTIFY", "SOA x.org"), (0xA800, "RESPONSE", "SOA x.org NOERROR")],
)
def test_other_operations(flags: int, state: str, summary: str) -> None:
    """Dynamic update and notify have their own state words."""
    finding = run((CLIENT, message([question("x.org", 6)], authority=[record("h.x.org", 1, V4)], flags=flags))).finding
    assert finding is not None
    assert (finding.state, finding.summary) == (state, summary)


def test_lists_hold_four_hundred() -> None:
    """A resolver's flow names 400 queries, not more."""
    queries = [(CLIENT, message([question(f"host{number}.example.org")])) for number in range(450)]
    assert len(fields(run(*queries).finding)["dns_query"]) == 400


# -- what is claimed


@pytest.mark.parametrize("context", [UDP, OTHER])
@pytest.mark.parametrize("heads", [(QUERY, b""), (b"", ANSWER), (QUERY, ANSWER), (ANSWER, b"")])
def test_claimed_on_any_port(context: Context, heads: tuple[bytes, bytes]) -> None:
    """By content, either direction."""
    assert PROTOCOL.claims(context, *heads) is Claim.YES


@pytest.mark.parametrize("port", [5353, 5355, 137])
def test_ports_of_relatives_are_left_alone(port: int) -> None:
    """mDNS, LLMNR and NetBIOS use the same messages."""
    assert PROTOCOL.claims(Context("udp", 50000, port), QUERY, b"") is Claim.NO


@pytest.mark.parametrize(
    "data",
    [
        QUERY[:-1],
        ANSWER + b"x",
        message([question("x.org", 65280)]),
        message([question("x.org", 1, 77)]),
        message([question("x.org")], flags=0x7800),
        message([question("x.org")], flags=0x0140),
        message([question("x.org")], [record("x.org", 1, V4)], flags=0x0100),
        message([]),
        message([question("x.org")] * 2),
        bytes(12),
        bytes(100),
        b"\xff" * 100,
    ],
)
def test_not_claimed_off_the_port(data: bytes) -> None:
    """Short, trailing bytes after records, unknown type, class or operation, reserved bit, odd counts, noise."""
    assert PROTOCOL.claims(OTHER, data, b"") is Claim.NO


def test_a_cut_response_counts_on_port_53() -> None:
    """With a snap length the question is still there."""
    assert PROTOCOL.claims(UDP, QUERY, ANSWER[:50]) is Claim.YES
    assert fields(run((CLIENT, QUERY), (SERVER, ANSWER[:50])).finding)["dns_rcode"] == ("NOERROR",)


def test_a_cut_question_counts_on_port_53_behind_a_plausible_header() -> None:
    """Result and flags are told, no name; elsewhere, and behind any other header, it is nothing."""
    for data in (QUERY[:20], ANSWER[:20], ANSWER[:30]):
        assert PROTOCOL.claims(UDP, data, b"") is Claim.YES
        assert PROTOCOL.claims(OTHER, data, b"") is Claim.NO
    assert fields(run((CLIENT, QUERY[:20]), (SERVER, ANSWER[:20])).finding) == {
        "dns_flags": ("RD", "RA"),
        "dns_rcode": ("NOERROR",),
    }
    odd = ANSWER[:4] + b"\0\2" + ANSWER[6:20]
    assert PROTOCOL.claims(UDP, odd, b"") is Claim.NO
    with pytest.raises(ParseError):
        PROTOCOL.start(UDP).feed(SERVER, odd, 0)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200))
def test_random_datagrams_are_never_dns(data: bytes) -> None:
    """On a foreign port; and nothing but ParseError comes out of the inspector."""
    assert PROTOCOL.claims(OTHER, data, b"") is Claim.NO
    try:
        PROTOCOL.start(UDP).feed(CLIENT, data, 0)
    except ParseError:
        return


# -- over TCP


def stream(pieces: list[tuple[int, bytes]]) -> Update | None:
    inspector = PROTOCOL.start(TCP)
    for side, data in pieces:
        inspector.feed(side, data, 0)
    return inspector.update()


def cut(data: bytes, sizes: random.Random) -> list[bytes]:
    pieces = []
    while data:
        size = sizes.randint(1, 40)
        pieces.append(data[:size])
        data = data[size:]
    return pieces


@pytest.mark.parametrize("seed", range(5))
def test_any_cutting_of_the_stream_gives_the_same(seed: int) -> None:
    """Pipelined queries and their responses, whole, byte by byte, and in random pieces."""
    queries = b"".join(FRAMED[0] for _ in range(3))
    answers = b"".join(FRAMED[1] for _ in range(3))
    whole = stream([(CLIENT, queries), (SERVER, answers)])
    sizes = random.Random(seed)
    for cutting in (cut, lambda data, _: [data[at : at + 1] for at in range(len(data))]):
        pieces = [(CLIENT, piece) for piece in cutting(queries, sizes)] + [
            (SERVER, piece) for piece in cutting(answers, sizes)
        ]
        assert stream(pieces) == whole


def test_claimed_over_tcp_as_soon_as_a_message_is_whole() -> None:
    """Before that it could still be DNS; on port 53 the question is enough."""
    other = Context("tcp", 50000, 9999)
    for length in range(len(FRAMED[0])):
        assert PROTOCOL.claims(other, FRAMED[0][:length], b"") is Claim.MORE
    assert PROTOCOL.claims(other, FRAMED[0], b"") is Claim.YES
    assert PROTOCOL.claims(other, b"GET / HTTP/1.1\r\nHost: x\r\n", b"") is Claim.NO
    long = struct.pack("!H", 5000) + ANSWER
    assert PROTOCOL.claims(TCP, b"", long) is Claim.YES


def test_a_gap_inside_a_message_costs_that_message_only() -> None:
    """Its end is known from its length; a gap beyond it loses the direction."""
    inspector = PROTOCOL.start(TCP)
    inspector.feed(CLIENT, FRAMED[0] + FRAMED[0][:10], 0)
    assert inspector.gap(CLIENT, 8) is Status.ALWAYS
    other = message([question("late.example.org")])
    inspector.feed(CLIENT, FRAMED[0][18:] + struct.pack("!H", len(other)) + other, 0)
    update = inspector.update()
    assert update is not None
    assert fields(update.finding)["dns_query"] == ("www.example.org", "late.example.org")
    inspector.gap(CLIENT, 1000)
    assert inspector.gap(SERVER, 5) is Status.DONE


def test_a_stream_of_something_else_fails() -> None:
    """The first message decides."""
    with pytest.raises(ParseError):
        PROTOCOL.start(TCP).feed(CLIENT, b"\0\x02hi", 0)


def test_a_zone_transfer_is_read() -> None:
    """AXFR: many messages in one direction."""
    records = [record(f"h{number}.x.org", 1, V4) for number in range(50)]
    transfer = message([question("x.org", 252)], records, flags=0x8400)
    framed = struct.pack("!H", len(transfer)) + transfer
    update = stream([(SERVER, framed * 3)])
    assert update is not None
    found = fields(update.finding)
    assert found["dns_qtype"] == ("AXFR",) and len(found["dns_resp_name"]) == 50


def test_an_inverse_query_over_tcp() -> None:
    """RFC 1035 section 6.4: an answer in search of its question; on the usual port only."""
    query = bytes.fromhex("001b87ee09800000000100000000000001000100007a69000404030201")
    assert PROTOCOL.claims(Context("tcp", 25000, 53), query, b"") is Claim.YES
    assert PROTOCOL.claims(Context("tcp", 25000, 54), query, b"") is Claim.NO
