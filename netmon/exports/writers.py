"""Connection events as JSON lines, CSV or text on a stream.

Every writer takes events in the order they happened and ends with ``finish``. None keeps what it has written. A closed
reading end raises ``BrokenPipeError`` to the caller, which ends the run quietly; other failures become ``ExportError``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol, TextIO

from netmon.errors import ExportError
from netmon.model.connection import Connection
from netmon.model.snapshot import ConnectionEvent, EventKind
from netmon.units import milliseconds, quantity

from .line import event_line
from .parts import Record, encoded
from .record import event_record
from .text import printable

CSV_COLUMNS = (
    "event", "id", "protocol", "src_ip", "src_port", "dst_ip", "dst_port", "direction", "state", "interface",
    "first_seen", "last_seen", "packets_out", "packets_in", "bytes_out", "bytes_in", "application", "confidence",
    "hostname", "summary", "service", "src_name", "dst_name", "rtt_ms", "retransmissions_out", "retransmissions_in",
    "pid", "process", "user", "exe", "match", "vlan", "tunnel", "risks", "community_id", "src_country", "src_asn",
    "dst_country", "dst_asn",
)  # fmt: skip


class Writer(Protocol):
    """One output format."""

    def write(self, events: Iterable[ConnectionEvent]) -> None:
        """Write these events now."""

    def problem(self, text: str) -> None:
        """Say in the output that the input is damaged, where the format has a place for it."""

    def finish(self, summary: Record) -> None:
        """Write the end of the output and flush."""


def open_writer(output: str, stream: TextIO, *, secrets: bool = False) -> Writer:
    """The writer for ``json``, ``csv`` or ``text``."""
    if output == "json":
        return JsonWriter(stream, secrets=secrets)
    if output == "csv":
        return CsvWriter(stream)
    return TextWriter(stream)


def emit(stream: TextIO, text: str) -> None:
    """Write and flush; a failure that is not a closed pipe becomes ``ExportError`` with the stream's name."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        name = getattr(stream, "name", "output").replace("<stdout>", "standard output")
        raise ExportError(f"cannot write to {name}: {getattr(error, 'strerror', None) or error}") from error


class JsonWriter:
    """JSON lines (docs/json.md)."""

    def __init__(self, stream: TextIO, *, secrets: bool = False) -> None:
        self._stream = stream
        self._secrets = secrets

    def write(self, events: Iterable[ConnectionEvent]) -> None:
        secrets = self._secrets
        lines = [event_line(event, secrets) for event in events]
        if lines:
            lines.append("")
            emit(self._stream, "\n".join(lines))

    def problem(self, text: str) -> None:
        emit(self._stream, encoded({"type": "error", "error": text}) + "\n")

    def finish(self, summary: Record) -> None:
        emit(self._stream, encoded(summary) + "\n")


class CsvWriter:
    """Comma-separated values (RFC 4180) with a header line; one row per event, no summary."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._buffer = io.StringIO()
        self._rows = csv.writer(self._buffer, lineterminator="\n")
        self._rows.writerow(CSV_COLUMNS)

    def write(self, events: Iterable[ConnectionEvent]) -> None:
        for event in events:
            self._rows.writerow(_csv_row(event))
        self._flush()

    def problem(self, text: str) -> None:
        """CSV has no place for it; standard error tells it."""

    def finish(self, summary: Record) -> None:  # noqa: ARG002  # CSV has no place for it
        self._flush()

    def _flush(self) -> None:
        text = self._buffer.getvalue()
        if text:
            self._buffer.seek(0)
            self._buffer.truncate()
            emit(self._stream, text)


def _csv_row(event: ConnectionEvent) -> list[object]:
    record = event_record(event)
    tcp = record.get("tcp", {})
    process = record.get("process", {})
    rtt = record.get("rtt_ms", {})
    origin, goal = record.get("src_place", {}), record.get("dst_place", {})
    special: dict[str, object] = {
        "rtt_ms": rtt.get("smoothed", rtt.get("handshake", "")),
        "retransmissions_out": tcp.get("retransmissions_out", ""),
        "retransmissions_in": tcp.get("retransmissions_in", ""),
        "pid": process.get("pid", ""),
        "process": process.get("name", ""),
        "user": process.get("user", ""),
        "exe": process.get("exe", ""),
        "match": process.get("match", ""),
        "vlan": " ".join(map(str, record.get("vlan", ()))),
        "tunnel": " ".join(record.get("tunnel", ())),
        "risks": " ".join(record.get("risks", ())),
        "src_country": origin.get("country", ""),
        "src_asn": origin.get("asn", ""),
        "dst_country": goal.get("country", ""),
        "dst_asn": goal.get("asn", ""),
    }
    return [_plain(special.get(column, record.get(column, ""))) for column in CSV_COLUMNS]


def _plain(value: object) -> object:
    """A cell that no spreadsheet takes for a formula and no terminal for a command."""
    if not isinstance(value, str):
        return value
    text = printable(value)
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text


class TextWriter:
    """One line a connection, for people."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, events: Iterable[ConnectionEvent]) -> None:
        lines = [_text_line(event) + "\n" for event in events]
        if lines:
            emit(self._stream, "".join(lines))

    def problem(self, text: str) -> None:
        """Standard error tells people."""

    def finish(self, summary: Record) -> None:
        drops = sum(summary["drops"].values())
        applications = " ".join(f"{label} {count}" for label, count in summary["applications"].items())
        parts = [
            f"{summary['connections']} connections",
            f"{summary['packets']} packets",
            f"{quantity(summary['bytes'])}B",
            f"{drops} dropped",
            f"{summary['meter']} meter" + (f" ({summary['meter_reason']})" if summary.get("meter_reason") else ""),
        ]
        if applications:
            parts.append(applications)
        if summary.get("hidden_loopback"):
            parts.append(f"{summary['hidden_loopback']} loopback hidden (--show-localhost)")
        if summary.get("truncated"):
            parts.append(summary["truncated"])
        emit(self._stream, "# " + ", ".join(parts) + "\n")


def _text_line(event: ConnectionEvent) -> str:
    connection = event.connection
    when = datetime.fromtimestamp(connection.first_seen, UTC).strftime("%Y-%m-%d %H:%M:%S")
    words = [
        when,
        "+" if event.kind is EventKind.OPENED else "-" if event.kind is EventKind.CLOSED else "=",
        f"{connection.protocol:<5}",
        f"{endpoint(connection.source, connection.source_port)} > "
        f"{endpoint(connection.destination, connection.destination_port)}",
        connection.state or "-",
        f"{quantity(connection.bytes_out)}/{quantity(connection.bytes_in)}",
    ]
    words += [printable(word) for word in _what(connection)]
    return " ".join(words)


def _what(connection: Connection) -> list[str]:
    words = []
    if connection.finding is not None:
        words.append(connection.finding.name)
        words.append(connection.finding.summary or connection.finding.hostname)
    if connection.rtt.handshake is not None:
        words.append(milliseconds(connection.rtt.handshake))
    if connection.owner is not None:
        both = (connection.owner.process, connection.owner.peer)
        words.append(f"[{' > '.join(f'{one.title} {one.pid}' for one in both if one is not None)}]")
    return [word for word in words if word]


def endpoint(address: str, port: int | None) -> str:
    """``192.0.2.1:80``, ``[2001:db8::1]:80``, or the address alone."""
    if port is None:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
