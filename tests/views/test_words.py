"""The words people read for states and hosts."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sample

from netmon.model.connection import Direction, Name, Staleness
from netmon.model.finding import Confidence, Field, Finding
from netmon.model.health import TcpHealth
from netmon.views.theme import Role
from netmon.views.words import endpoint, faded, over, pace, plural, remote_end, remote_text, said, service_port, state_word

MAKE = sample.Maker()
OPEN = MAKE("tcp", "192.0.2.1", 443, "ESTABLISHED")


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("ESTABLISHED", "open"), ("SYN_SENT", "opening"), ("FIN_WAIT1", "closing"), ("QUIC_HANDSHAKE", "opening"),
        ("QUIC_CONNECTED", "open"), ("WHO_HAS 192.0.2.1", "asked"), ("DNS_RESPONSE", "answered"), ("ACTIVE", "active"),
        ("MAIL", "open"), ("", ""),
    ],
)  # fmt: skip
def test_state_words(state: str, word: str) -> None:
    """Known states have a plain word; unknown ones are shown as they are, in lower case."""
    assert state_word(replace(OPEN, state=state)).word == word


@pytest.mark.parametrize(
    ("reset_by", "local_is_source", "mark"),
    [
        ("destination", True, "←"),
        ("source", True, "→"),
        ("source", False, "←"),
        ("destination", False, "→"),
        ("destination", None, "←"),
    ],
)
def test_who_reset(reset_by: str, local_is_source: bool | None, mark: str) -> None:
    """The arrow after ``reset`` points from who did it: ← is the other end."""
    word = state_word(replace(OPEN, tcp=TcpHealth(reset_by=reset_by), local_is_source=local_is_source))
    assert (word.word, word.by) == ("reset", mark)


def test_staleness_colours_the_dot() -> None:
    """Amber, then red, as the idle timeout comes near."""
    assert state_word(replace(OPEN, staleness=Staleness.AGEING)).dot_role == Role.WARN
    assert state_word(replace(OPEN, staleness=Staleness.EXPIRING)).dot_role == Role.BAD


def test_hosts() -> None:
    """Inferred names are marked; an address stands as it is, its port has a place of its own."""
    assert remote_text(replace(OPEN, destination_name=Name("a.example", "dns")), True) == "~a.example"
    assert remote_text(replace(OPEN, destination_name=Name("a.example", "ptr")), True) == "a.example"
    assert remote_text(replace(OPEN, destination_name=Name("a.example", "ptr")), False) == "192.0.2.1"
    assert remote_text(replace(OPEN, destination="2001:db8::1"), True) == "2001:db8::1"
    assert endpoint("2001:db8::1", 443) == "[2001:db8::1]:443"
    assert endpoint("52:54:00:12:35:02", None) == "52:54:00:12:35:02"


def test_pace() -> None:
    """A slow round trip is amber, a very slow one red, any other as loud as it would be."""
    assert [pace(value) for value in (20.0, 149.0, 150.0, 400.0)] == [Role.TEXT, Role.TEXT, Role.WARN, Role.BAD]
    assert pace(20.0, Role.OK) == Role.OK


def test_plural() -> None:
    """One is not many."""
    assert [plural(1, "process"), plural(2, "process"), plural(0, "row")] == ["1 process", "2 processes", "0 rows"]


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("NEIGHBOR_SOLICITATION", "asked"), ("NEIGHBOR_ADVERTISEMENT", "answered"), ("ROUTER_ADVERTISEMENT", "announced"),
        ("BINDING_SUCCESS", "answered"), ("METHOD_512_REQUEST", "asked"), ("DISCOVER", "asked"), ("STREAMING", "active"),
        ("V3_MEMBERSHIP_REPORT", "reported"), ("BINDING_ERROR", "failed"),
    ],
)  # fmt: skip
def test_datagram_words(state: str, word: str) -> None:
    """What protocols without connections call their steps comes down to a few words; over TCP they say nothing new."""
    assert state_word(replace(OPEN, protocol="udp", state=state)).word == word
    assert state_word(replace(OPEN, state="STREAMING")).word == "open"


def test_unknown_states_beside_tcp_are_shown() -> None:
    """A protocol's own word that nobody has a plain one for is shown in lower case."""
    assert state_word(replace(OPEN, protocol="udp", state="SOMETHING_NEW")).word == "something new"


@pytest.mark.parametrize(
    ("summary", "host", "text"),
    [
        ("GET www.example.org/a?b 200", "www.example.org", "GET /a?b 200"),
        ("GET www.example.org:8080/ 404", "www.example.org", "GET / 404"),
        ("www.example.org", "www.example.org", "1.3 h2"),
        ("www.example.org h2", "www.example.org", "1.3 h2"),
        ("GET other.example/x", "other.example", "GET other.example/x"),
        ("mail.www.example.org", "www.example.org", "mail.www.example.org"),
    ],
)
def test_what_stands_beside_is_not_said_again(summary: str, host: str, text: str) -> None:
    """The host that is the REMOTE column's is left out of what the application said; without names it is not there."""
    fields = sample.tls("x").fields
    named = replace(
        OPEN,
        destination_name=Name("www.example.org", "ptr"),
        finding=replace(sample.finding("TLS", summary, host), fields=fields),
    )
    assert said(named, True) == text
    assert said(named, False) == summary


def test_an_own_address_is_not_said() -> None:
    """Of a request that came in, the host is this machine."""
    asked = Finding("HTTP", Confidence.CONTENT, hostname="192.0.2.9", summary="GET 192.0.2.9:3000/status 200")
    assert said(replace(OPEN, destination="192.0.2.9", local_is_source=False, finding=asked), True) == "GET /status 200"


@pytest.mark.parametrize(
    ("direction", "local_is_source", "found"),
    [
        (Direction.OUTGOING, True, (443, False)),
        (Direction.INCOMING, False, (443, True)),
        (Direction.UNKNOWN, True, (443, False)),
    ],
)
def test_service_port(direction: Direction, local_is_source: bool, found: tuple[int, bool]) -> None:
    """The responder's port; whose it is follows from who opened."""
    assert service_port(replace(OPEN, direction=direction, local_is_source=local_is_source)) == found


def test_service_port_of_what_began_before() -> None:
    """When the first packet seen was an answer, the lower port is the service's, and ICMP has none."""
    turned = replace(OPEN, source_port=443, destination_port=51000, direction=Direction.UNKNOWN, local_is_source=False)
    assert service_port(turned) == (443, False)
    assert service_port(replace(turned, source_port=52000, destination_port=22)) == (22, True)
    ping = replace(OPEN, protocol="icmp", destination_port=4711)
    assert service_port(ping) == (None, False)
    assert remote_end(ping) == "192.0.2.1"


def test_an_old_answer_fades_and_an_old_session_warns() -> None:
    """Dim once nothing was heard for long; a session stays as loud as it is, only its dot has another colour."""
    answered = replace(OPEN, protocol="udp", state="RESPONSE", staleness=Staleness.AGEING)
    assert faded(answered)
    assert not over(answered)
    assert not faded(replace(answered, staleness=Staleness.FRESH))
    assert not faded(replace(OPEN, staleness=Staleness.EXPIRING))
    assert faded(replace(OPEN, state="TIME_WAIT"))


def test_neighbours_with_the_maker_of_their_card() -> None:
    """ARP and neighbour discovery in the same words."""
    mac, vendor = "b8:27:eb:00:00:01", "Raspberry Pi Foundation"

    def line(protocol: str, state: str, *fields: Field) -> str:
        finding = Finding(protocol, Confidence.CONTENT, "", "", "", "2001:db8::2 to nobody", fields)
        row = MAKE(protocol.lower(), "192.0.2.2", None, state, finding=finding)
        return said(replace(row, destination_mac=mac, destination_vendor=vendor), True)

    assert line("ARP", "WHO_HAS 192.0.2.2") == "who has 192.0.2.2"
    assert line("ARP", f"IS_AT {mac} ({vendor})") == f"is at {mac} ({vendor})"
    target, card = Field("ndp_target", "", ("2001:db8::2",)), Field("ndp_mac", "", (mac,))
    assert line("ICMPv6", "NEIGHBOR_SOLICITATION", target, card) == "who has 2001:db8::2"
    assert line("ICMPv6", "NEIGHBOR_ADVERTISEMENT", target, card) == f"is at {mac} ({vendor})"
    other = Field("ndp_mac", "", ("02:00:00:00:00:09",))
    assert line("ICMPv6", "NEIGHBOR_ADVERTISEMENT", target, other) == "is at 02:00:00:00:00:09"
    assert line("ICMPv6", "NEIGHBOR_ADVERTISEMENT") == "2001:db8::2 to nobody"
