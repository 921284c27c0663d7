"""The text of a row as a person sees it, for searching without a filter."""

from __future__ import annotations

from netmon.model.connection import Connection

from .rows import Group, Row
from .words import application_label, local_end, process_name, remote_end, remote_text, state_word


def searchable(row: Row, names: bool) -> str:
    """What is visible of a row, in lower case."""
    if isinstance(row, Group):
        return row.label.lower()
    return _connection(row, names).lower()


def _connection(connection: Connection, names: bool) -> str:
    process = connection.process
    finding = connection.finding
    return " ".join(
        (
            process_name(connection),
            str(process.pid) if process is not None else "",
            remote_text(connection, names),
            remote_end(connection),
            local_end(connection),
            application_label(connection),
            finding.summary if finding is not None else "",
            finding.hostname if finding is not None else "",
            state_word(connection).word,
        )
    )
