"""Netmon's own look-ups are told from everybody else's."""

from __future__ import annotations

from typing import Any

from netmon.model.connection import Connection, Direction
from netmon.model.finding import Confidence, Field, Finding
from netmon.model.owner import Match, Owner, Process
from netmon.tasks import own
from netmon.tasks.own import OwnLookups

OURS, THEIRS = "9.113.0.203.in-addr.arpa", "7.113.0.203.in-addr.arpa"


def lookup(*names: str, pid: int | None = None, **changes: Any) -> Connection:
    """A DNS conversation that asks for these names."""
    finding = Finding(
        "DNS", Confidence.CONTENT, fields=(Field("dns_query", "Query", names), Field("dns_qtype", "Type", ("PTR",)))
    )
    base: dict[str, Any] = {
        "identifier": "-".join(names) + str(pid), "flow_id": 1, "protocol": "udp", "source": "192.0.2.1",
        "source_port": 50_000, "destination": "192.0.2.53", "destination_port": 53, "direction": Direction.OUTGOING,
        "local_is_source": True, "state": "RESPONSE", "closed": False, "first_seen": 0.0, "last_seen": 0.0, "packets_out": 1,
        "packets_in": 1, "bytes_out": 60, "bytes_in": 60, "finding": finding,
        "owner": None if pid is None else Owner(Process(pid, "x"), Match.EXACT),
    }  # fmt: skip
    return Connection(**{**base, **changes})


def test_by_process() -> None:
    """This process's DNS is ours whatever it asks; another's never is."""
    ours = OwnLookups(42)
    ours.asked(["203.0.113.9"])
    assert ours(lookup("www.example.org", pid=42))
    assert ours(lookup(OURS, pid=42, finding=None))
    assert not ours(lookup(OURS, pid=43))
    assert not ours(lookup(OURS, pid=42, destination_port=443))


def test_by_question() -> None:
    """Where the process is not known, every question must be one of ours."""
    ours = OwnLookups(42)
    assert not ours(lookup(OURS))
    ours.asked(["203.0.113.9", "2001:db8::1", "02:00:00:00:00:01"])
    assert ours(lookup(OURS))
    assert ours(lookup(OURS.upper() + "."))
    assert not ours(lookup(OURS, THEIRS))
    assert not ours(lookup())
    assert not ours(lookup(OURS, finding=None))
    assert not ours(lookup(OURS, local_is_source=False))


def test_others() -> None:
    """Only ours are left out; nothing is copied when there are none."""
    ours = OwnLookups(42)
    rows = (lookup(THEIRS), lookup(OURS, pid=42), lookup("a.example", pid=7))
    assert ours.others(rows) == (rows[0], rows[2])
    rest = (rows[0], rows[2])
    assert ours.others(rest) is rest


def test_bounded(monkeypatch: Any) -> None:
    """The oldest questions are forgotten."""
    monkeypatch.setattr(own, "LIMIT", 2)
    ours = OwnLookups(42)
    ours.asked(["203.0.113.9", "203.0.113.10", "203.0.113.11"])
    assert not ours(lookup(OURS))
    assert ours(lookup("11.113.0.203.in-addr.arpa"))
