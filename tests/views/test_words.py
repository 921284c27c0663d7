"""The words people read for states and hosts."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sample

from netmon.model.connection import Name, Staleness, TcpHealth
from netmon.views.theme import Role
from netmon.views.words import endpoint, plural, remote_text, state_word

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
    """Inferred names are marked; addresses are bracketed where a port follows."""
    assert remote_text(replace(OPEN, destination_name=Name("a.example", "dns")), True) == "~a.example"
    assert remote_text(replace(OPEN, destination_name=Name("a.example", "ptr")), True) == "a.example"
    assert remote_text(replace(OPEN, destination_name=Name("a.example", "ptr")), False) == "192.0.2.1"
    assert remote_text(replace(OPEN, destination="2001:db8::1"), True) == "[2001:db8::1]"
    assert endpoint("2001:db8::1", 443) == "[2001:db8::1]:443"
    assert endpoint("52:54:00:12:35:02", None) == "52:54:00:12:35:02"


def test_plural() -> None:
    """One is not many."""
    assert [plural(1, "process"), plural(2, "process"), plural(0, "row")] == ["1 process", "2 processes", "0 rows"]


def test_unknown_states_beside_tcp_are_shown() -> None:
    """A protocol's own word that nobody has a plain one for is shown in lower case."""
    assert state_word(replace(OPEN, protocol="udp", state="SOMETHING_NEW")).word == "something new"
