"""Stand-ins of names, and names in free text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.privacy.addresses import Addresses
from netmon.privacy.words import Words

KEY = b"k" * 32
ADDRESSES = Addresses(KEY)
WORDS = Words(KEY, ADDRESSES)


def test_hosts_keep_their_family() -> None:
    """Equal domains have equal stand-ins; what is local stays so; service labels stay."""
    one, other = WORDS.host("www.example.org"), WORDS.host("Mail.example.ORG.")
    assert one.split(".")[1:] == other.split(".")[1:] and one != other
    assert one.endswith(".example") and "org" not in one.split(".")
    assert WORDS.host("_ipp._tcp.printer.local").startswith("_ipp._tcp.")
    assert WORDS.host("alices-mac.local").endswith(".local")
    assert WORDS.host("localhost") == "localhost"
    assert WORDS.host("192.0.2.1") == ADDRESSES.stand_in("192.0.2.1")


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("curl https://www.secret.org:8443/path", ["secret", "www"]),
        ("ssh alice.smith@build-7.corp", ["alice", "smith", "build", "corp"]),
        ("ping -c 3 192.0.2.77", ["192.0.2.77"]),
        ("nc 192.0.2.77:443", ["192.0.2.77"]),
        ("bind [2001:db8::77]:53", ["2001:db8::77"]),
        ("2001:db8::77.", ["2001:db8::77"]),
        ("IS_AT B8:27:EB:12:34:56", ["12:34:56"]),
        ("mac b8-27-eb-12-34-56", ["12-34-56"]),
        ("/home/alice/bin/x --in=/Users/bob/y", ["alice", "bob"]),
        ("cafe.example dead.beef", ["cafe", "dead", "beef"]),
        ("host=db.internal;port=1", ["internal"]),
        ("ünicode.bücher.de", ["bücher"]),
        ("a_b.secret.org", ["secret"]),
        ("-h=secret.org,other.org", ["secret", "other"]),
        ("::ffff:192.0.2.77", ["192.0.2.77"]),
    ],
)  # fmt: skip
def test_names_in_text(text: str, gone: list[str]) -> None:
    """Whatever looks like an address, a host, a user's folder or mail address is replaced."""
    found = WORDS.text(text).lower()
    assert not [word for word in gone if word.lower() in found], found


@pytest.mark.parametrize(
    "text", ["python3 -m http", "GET 200", "OpenSSH_9.6p1", "nginx/1.25.3", "12:34:56", "app.py", "x 1.2.3", "h2"]
)
def test_other_text_stays(text: str) -> None:
    """Versions, times, file names and plain words are left alone."""
    assert WORDS.text(text) == text


def test_known_words() -> None:
    """Known words go wherever they stand as words, the longest first, and are not replaced twice."""
    known = {"alice": "user-x", "alice-laptop": "h1", "web.example": "k.example"}
    assert WORDS.text("alice@x alice-laptop malice web.example", known) == "user-x@x h1 malice k.example"


def test_whole_values() -> None:
    """By what they look like; what looks like nothing is opaque."""
    assert WORDS.value("192.0.2.1") == ADDRESSES.stand_in("192.0.2.1")
    assert WORDS.value("www.example.org") == WORDS.host("www.example.org")
    assert WORDS.value("alice@example.org") == f"{WORDS.user('alice')}@{WORDS.host('example.org')}"
    assert WORDS.value("Alice's laptop").startswith("~")
    assert (WORDS.user("root"), WORDS.user("")) == ("root", "")


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=200)
def test_any_text(text: str) -> None:
    """Nothing is raised, and the same text gives the same."""
    assert WORDS.text(text) == WORDS.text(text)
    assert WORDS.value(text) == WORDS.value(text) and WORDS.host(text) == WORDS.host(text)
