"""JSON lines, CSV and text on a stream."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from dataclasses import replace
from typing import Any

import pytest

from netmon.errors import ExportError
from netmon.exports.summary import Tally
from netmon.exports.writers import CSV_COLUMNS, Writer, endpoint, open_writer
from netmon.model.connection import Connection
from netmon.model.finding import Confidence, Finding
from netmon.model.owner import Match, Owner, Process
from netmon.model.snapshot import ConnectionEvent, EventKind, SystemStatus

from ._made import NOW, bare, everything

HOSTILE = "\x1b]0;owned\x07=cmd|' /C calc'!A0\r\n\u202eevil\ud800\x9b2J"


def event(connection: Connection, kind: EventKind = EventKind.CLOSED) -> ConnectionEvent:
    return ConnectionEvent(kind, connection, NOW)


def hostile() -> Connection:
    """Strangers' texts wherever they can get to."""
    finding = Finding("HTTP", Confidence.CONTENT, hostname=HOSTILE, hostname_source="http", summary=HOSTILE)
    owner = Owner(Process(1, HOSTILE, executable=HOSTILE, command_line=HOSTILE, user=HOSTILE), Match.EXACT)
    return replace(everything(), finding=finding, owner=owner)


def written(output: str, *connections: Connection, secrets: bool = False) -> str:
    """Everything a writer writes of these, the end included."""
    stream = io.StringIO()
    writer, tally = open_writer(output, stream, secrets=secrets), Tally()
    for connection in connections:
        happened = [event(connection)]
        writer.write(happened)
        tally.add(happened[0])
    writer.finish(tally.summary(SystemStatus()))
    return stream.getvalue()


def test_json_is_ascii_lines() -> None:
    """Every line is one object of plain ASCII, whatever strangers sent; the texts come back as they were."""
    text = written("json", everything(), hostile())
    assert text.isascii() and all(character.isprintable() for character in text.replace("\n", ""))
    records = [json.loads(line) for line in text.splitlines()]
    assert [record["type"] for record in records] == ["connection", "connection", "summary"]
    assert records[1]["hostname"] == HOSTILE


def test_json_tells_a_problem() -> None:
    """Damaged input is a record of its own."""
    stream = io.StringIO()
    open_writer("json", stream).problem("x.pcap: damaged")
    assert json.loads(stream.getvalue()) == {"type": "error", "error": "x.pcap: damaged"}


def test_csv_has_the_documented_columns() -> None:
    """A header, one row per event, every column filled from the record."""
    rows = list(csv.DictReader(io.StringIO(written("csv", everything(), bare()))))
    assert list(rows[0]) == list(CSV_COLUMNS)
    assert all(rows[0].values())
    assert (rows[0]["vlan"], rows[0]["tunnel"], rows[0]["rtt_ms"], rows[0]["pid"]) == ("100 7", "vxlan:42", "11.9", "42")
    assert (rows[1]["src_port"], rows[1]["process"], rows[1]["bytes_out"]) == ("", "", "60")


@pytest.mark.parametrize("first", ["=", "+", "@", "-", "\t", "\r"])
def test_csv_is_no_formula(first: str) -> None:
    """No cell of text begins so that a spreadsheet computes it."""
    finding = Finding("HTTP", Confidence.CONTENT, hostname=f"{first}1+1", hostname_source="http")
    row = next(csv.DictReader(io.StringIO(written("csv", replace(everything(), finding=finding)))))
    assert row["hostname"][0] not in "=+@-\t\r"
    assert row["hostname"].endswith("1+1")


@pytest.mark.parametrize("output", ["csv", "text"])
def test_nothing_moves_the_cursor(output: str) -> None:
    """No control, bidirectional or broken character reaches a terminal; a connection stays one line."""
    text = written(output, hostile())
    assert all(character.isprintable() or character == "\n" for character in text)
    assert len(text.splitlines()) == 2
    text.encode()


def test_text_is_one_line_a_connection() -> None:
    """Ends, state, counts, application, response time and process in one line, then a summary."""
    line, summary = written("text", everything()).splitlines()
    for word in (
        "192.0.2.1:50000 > 198.51.100.2:443",
        "ESTABLISHED",
        "TLS example.org h2",
        "12ms",
        "[curl app.py 42 > nginx app.py 44]",
    ):
        assert word in line, word
    assert summary.startswith("# 1 connections")


def test_endpoint() -> None:
    """IPv6 addresses with a port stand in brackets (RFC 5952 section 6)."""
    assert endpoint("2001:db8::1", 80) == "[2001:db8::1]:80"
    assert endpoint("192.0.2.1", 80) == "192.0.2.1:80"
    assert endpoint("2001:db8::1", None) == "2001:db8::1"


def two_hundred(writer: Writer) -> None:
    """More than any buffer holds."""
    for _ in range(20):
        writer.write([event(everything())] * 10)
    writer.finish(Tally().summary(SystemStatus()))


@pytest.mark.parametrize("output", ["json", "csv", "text"])
def test_broken_pipe_is_its_own_exception(output: str) -> None:
    """The reader has gone: ``BrokenPipeError``, which ends a run quietly."""
    read, write = os.pipe()
    os.close(read)
    stream = os.fdopen(write, "w")
    with pytest.raises(BrokenPipeError):
        two_hundred(open_writer(output, stream))
    with contextlib.suppress(BrokenPipeError):
        stream.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
@pytest.mark.parametrize("output", ["json", "csv", "text"])
def test_full_disk_is_an_export_error(output: str) -> None:
    """No room left: one line that names the file."""
    stream: Any = open("/dev/full", "w")  # noqa: PTH123, SIM115
    with pytest.raises(ExportError, match=r"cannot write to /dev/full: .*No space left on device"):
        two_hundred(open_writer(output, stream))
    with contextlib.suppress(OSError):
        stream.close()


def test_events_that_are_not_the_last_word_are_not_counted() -> None:
    """The tally counts a connection once: when it closes or the run ends."""
    tally = Tally()
    for kind in EventKind:
        tally.add(event(replace(everything(), identifier=kind.value), kind))
    assert (tally.connections, tally.applications) == (2, {"SOCKS.TLS": 2})
