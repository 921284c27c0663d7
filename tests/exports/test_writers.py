"""JSON lines, CSV and text on a stream."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from netmon.errors import ExportError
from netmon.exports.summary import Tally
from netmon.exports.writers import CSV_COLUMNS, endpoint, open_writer
from netmon.model.connection import ConnectionEvent, EventKind, SystemStatus

Make = Callable[..., ConnectionEvent]


def written(output: str, *events: ConnectionEvent) -> str:
    stream = io.StringIO()
    writer = open_writer(output, stream)
    writer.write(events)
    tally = Tally()
    for each in events:
        tally.add(each)
    writer.finish(tally.summary(SystemStatus(source="x.pcap")))
    return stream.getvalue()


def test_json_is_one_object_a_line(event: Make) -> None:
    """Every line is an ASCII object, the summary the last."""
    lines = written("json", event(), event(EventKind.OPENED)).splitlines()
    records: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert [record["type"] for record in records] == ["connection", "connection", "summary"]
    assert records[-1]["connections"] == 1
    assert all(line.isascii() for line in lines)


def test_csv_rows_have_every_column(event: Make) -> None:
    """A header and a row per event; nothing a spreadsheet would run or a terminal obey."""
    header, row = csv.reader(io.StringIO(written("csv", event())))
    values = dict(zip(header, row, strict=True))
    assert tuple(header) == CSV_COLUMNS
    assert (values["dst_country"], values["dst_asn"], values["src_country"], values["vlan"]) == ("DE", "64496", "", "100 7")
    assert values["process"] == "fire\ufffdfox"
    assert values["community_id"].startswith("1:")
    assert written("csv", event(state="=1+1")).count("'=1+1") == 1


def test_text_is_safe_to_print(event: Make) -> None:
    """One line a connection, without control characters."""
    line, summary = written("text", event()).splitlines()
    assert "192.168.1.5:50000 > 203.0.113.9:443" in line
    assert "\x1b" not in line
    assert summary.startswith("# 1 connections, ")


def test_a_full_disk_is_an_export_error(event: Make) -> None:
    """What the system refuses is told by name; a closed pipe is passed on."""

    class Full(io.StringIO):
        name = "/dev/full"

        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(ExportError, match=r"/dev/full.*No space"):
        open_writer("json", Full()).write([event()])
    with pytest.raises(BrokenPipeError):
        open_writer("json", Closed()).write([event()])


def test_endpoints() -> None:
    """IPv6 addresses are bracketed only where a port follows."""
    assert endpoint("192.0.2.1", 80) == "192.0.2.1:80"
    assert endpoint("2001:db8::1", 80) == "[2001:db8::1]:80"
    assert endpoint("2001:db8::1", None) == "2001:db8::1"
