"""The JSON record: what docs/json.md promises is what is written, and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netmon.exports.line import event_line
from netmon.exports.record import event_record
from netmon.exports.summary import Tally
from netmon.model.finding import Confidence, Field, Finding, Secrecy
from netmon.model.frame import CaptureStatistics
from netmon.model.health import Rtt
from netmon.model.snapshot import ConnectionEvent, EventKind, SystemStatus
from netmon.model.surroundings import Place

from ._made import NOW, bare, everything

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")


def documented(section: str) -> set[str]:
    """The names in the first column of a section's table; a name with a star stands for its ``out`` and ``in``."""
    part = DOCUMENT.split(f"\n## {section}\n")[1].split("\n## ")[0]
    names: set[str] = set()
    for line in part.splitlines():
        if line.startswith("| `"):
            names.update(re.findall(r"`([a-z0-9_*]+)`", line.split("|")[1]))
    return expand(names)


def expand(names: set[str]) -> set[str]:
    """``mss_*`` to ``mss_out`` and ``mss_in``."""
    return {name.replace("*", end) for name in names for end in (("out", "in") if "*" in name else ("",))}


def record_of(**changes: Any) -> dict[str, Any]:
    """The record of a connection with everything."""
    return event_record(ConnectionEvent(EventKind.CLOSED, replace(everything(), **changes), NOW))


def test_every_documented_key_is_written() -> None:
    """A connection of which everything is known has every key of the document, and none that is not documented."""
    record = record_of()
    assert set(record) - {"type"} == documented('`"type": "connection"`')
    assert set(record["peer_process"]) == set(record["process"]) - {"shared", "match"}


def test_nested_keys_are_documented() -> None:
    """The same for the objects inside."""
    record = record_of()
    for section, value in (
        ("`tcp`", record["tcp"]),
        ("`rtt_ms`", record["rtt_ms"]),
        ("`kernel_tcp`", record["kernel_tcp"]),
        ("`response_ms`", record["response_ms"][0]),
        ("`src_place`, `dst_place`", record["src_place"]),
        ("`process`", record["process"]),
        ("`container`", record["process"]["container"]),
        ("`parents`", record["process"]["parents"][0]),
    ):
        assert set(value) == documented(section), section


def test_summary_keys_are_documented() -> None:
    """Every key of the summary, optional ones included."""
    status = SystemStatus(
        meter_reason="no compiler", capture=CaptureStatistics(truncated_tail="cut"), notes=("something is missing",)
    )
    summary = Tally(hidden_loopback=1).summary(status, interrupted=True)
    assert set(summary) - {"type"} == documented('`"type": "summary"`')
    assert set(summary["drops"]) == documented("`drops`")


def test_absent_is_absent() -> None:
    """Of a connection of which nothing but its counts is known no other key is written."""
    record = event_record(ConnectionEvent(EventKind.OPENED, bare(), NOW))
    assert set(record) == {
        "type", "event", "id", "community_id", "protocol", "src_ip", "dst_ip", "direction", "first_seen", "last_seen",
        "packets_out", "packets_in", "bytes_out", "bytes_in", "payload_out", "payload_in",
    }  # fmt: skip


def test_no_value_is_made_up() -> None:
    """Nothing written is null, except who reset the connection (nobody), nor an empty text or list."""

    def walk(value: object, path: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, f"{path}.{key}")
        elif isinstance(value, list):
            assert value, path
            for inner in value:
                walk(inner, path)
        else:
            assert value not in (None, "") or path.endswith("reset_by"), path

    walk(record_of(), "")


def test_link_layer_ends_are_hardware_addresses() -> None:
    """A conversation below IP has no IP addresses, only hardware ones."""
    record = record_of(protocol="lldp", source="02:00:00:00:00:01", source_mac="02:00:00:00:00:01", source_port=None)
    assert "src_ip" not in record and "dst_ip" not in record
    assert record["src_mac"] == "02:00:00:00:00:01"


def test_secrets_are_left_out_unless_asked_for() -> None:
    """A secret field is in no record, until somebody asks for secrets."""
    finding = Finding(
        "FTP",
        Confidence.CONTENT,
        fields=(Field("user", "User", ("alice",)), Field("password", "Password", ("hunter2",), secrecy=Secrecy.SECRET)),
    )
    event = ConnectionEvent(EventKind.CLOSED, replace(bare(), finding=finding), NOW)
    assert event_record(event)["fields"] == {"user": "alice"}
    assert "hunter2" not in json.dumps(event_record(event))
    assert event_record(event, secrets=True)["fields"] == {"user": "alice", "password": "hunter2"}


def test_one_value_or_a_list() -> None:
    """A field of one value is that value, several or a repeatable one a list, an empty one nothing."""
    fields = (
        Field("one", "One", (1,)),
        Field("many", "Many", ("a", "b")),
        Field("always", "Always", ("a",), multiple=True),
        Field("none", "None", ()),
    )
    record = record_of(finding=Finding("X", Confidence.PORT, fields=fields))
    assert record["fields"] == {"one": 1, "many": ["a", "b"], "always": ["a"]}


@pytest.mark.parametrize(
    "value",
    [0.0, 0.0000004, 0.000083, 0.5, 1.0, 1.25, 999999.9999996, 1700000000.123456, 1700000000.1234565, 4294967295.9, 2e10],
)
def test_times_are_written_as_they_are_rounded(value: float) -> None:
    """Seconds to the sixth decimal, milliseconds to the third, in the fewest digits, whatever their size."""
    line = event_line(
        ConnectionEvent(EventKind.CLOSED, replace(bare(), first_seen=value, last_seen=value, rtt=Rtt(handshake=value)), NOW)
    )
    assert f'"first_seen":{round(value, 6)!r},"last_seen":{round(value, 6)!r},' in line
    assert f'"rtt_ms":{{"handshake":{round(value, 3)!r}}}' in line


def test_a_line_is_what_json_writes() -> None:
    """Text is escaped and numbers are written as Python's own encoder does it, for a connection with everything."""
    odd = 'a"\\\x00\u20ac\U0001f600'
    finding = Finding("X", Confidence.PORT, state=odd, summary=odd, fields=(Field("odd", "Odd", (odd, 1)),), risks=(odd,))
    line = event_line(ConnectionEvent(EventKind.CLOSED, replace(everything(), finding=finding, state=odd, service=odd), NOW))
    assert json.dumps(json.loads(line), separators=(",", ":")) == line


def test_places() -> None:
    """What is known of a place is told, the rest is left out."""
    record = record_of(source_place=None, destination_place=Place("DE", asn=64496))
    assert "src_place" not in record
    assert record["dst_place"] == {"country": "DE", "asn": 64496}


def test_community_id_is_worked_out() -> None:
    """Both directions of a conversation have the same Community ID without anybody having set it; ARP has none."""
    there = record_of()
    turned = {
        "source": there["dst_ip"], "source_port": 443, "destination": there["src_ip"], "destination_port": 50_000,
    }  # fmt: skip
    assert there["community_id"].startswith("1:") and len(there["community_id"]) == 30
    assert record_of(**turned)["community_id"] == there["community_id"]
    assert "community_id" not in record_of(protocol="arp", source_port=None, destination_port=None)
