"""The JSON record against docs/json.md."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from netmon.exports.record import event_record
from netmon.model.connection import ConnectionEvent

Make = Callable[..., ConnectionEvent]
DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "json.md"


def test_every_value_is_there(event: Make) -> None:
    """What is known is written under its documented name."""
    record = event_record(event())
    assert record["type"] == "connection"
    assert (record["event"], record["id"], record["state"], record["first_seen"]) == (
        "closed",
        "2a",
        "ESTABLISHED",
        900.000001,
    )
    assert record["vlan"] == [100, 7]
    assert record["rtt_ms"] == {"handshake": 150.123, "min": 149.0}
    assert record["dst_place"] == {
        "country": "DE", "country_name": "Germany", "city": "Berlin", "asn": 64496, "organisation": "Example",
    }  # fmt: skip
    assert "src_place" not in record
    assert (record["src_vendor"], "dst_vendor" in record) == ("Raspberry Pi", False)
    assert (record["dst_name"], record["dst_name_source"]) == ("cdn.example.org", "ptr")
    assert record["fields"] == {"tls_alpn": ["h2"]}
    assert record["inside"] == ["SOCKS"]
    assert record["process"]["container"] == {"runtime": "docker", "id": "abc123", "name": "web"}
    assert record["process"]["parents"] == [{"pid": 1, "name": "init"}]


def test_community_id_is_worked_out(event: Make) -> None:
    """Both directions of a conversation have the same Community ID, which needs no field; ARP has none."""
    there = event_record(event())["community_id"]
    values: dict[str, Any] = {
        "source": "203.0.113.9",
        "source_port": 443,
        "destination": "192.168.1.5",
        "destination_port": 50_000,
    }
    assert there.startswith("1:")
    assert event_record(event(**values))["community_id"] == there
    assert "community_id" not in event_record(event(protocol="arp", source_port=None, destination_port=None))


def test_secrets_only_when_asked_for(event: Make) -> None:
    """Secret fields need the flag."""
    assert "hunter2" not in str(event_record(event()))
    assert event_record(event(), secrets=True)["fields"]["password"] == "hunter2"


def test_absent_is_absent(event: Make) -> None:
    """What is not known has no key; hardware addresses are not IP addresses."""
    bare = event_record(
        event(
            protocol="lldp",
            source="b8:27:eb:00:00:01",
            destination="02:00:00:00:00:01",
            source_port=None,
            destination_port=None,
            state="",
            finding=None,
            owner=None,
            tcp=None,
            response_times=(),
            vlans=(),
            tunnel=(),
            destination_name=None,
            destination_place=None,
            service="",
            interface="",
            rtt=event().connection.rtt.__class__(),
        )  # fmt: skip
    )
    for key in ("src_ip", "dst_port", "state", "application", "process", "tcp", "rtt_ms", "vlan", "dst_place", "service"):
        assert key not in bare
    assert bare["src_mac"] == "b8:27:eb:00:00:01"


def test_every_key_is_documented(event: Make) -> None:
    """docs/json.md names every key of a record."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for key in event_record(event()):
        assert f"`{key}`" in text or f'"{key}"' in text, key
