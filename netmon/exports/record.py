"""The record of one connection as values: what CSV and tests look things up in."""

from __future__ import annotations

import json

from netmon.model.snapshot import ConnectionEvent

from .line import event_line
from .parts import Record


def event_record(event: ConnectionEvent, *, secrets: bool = False) -> Record:
    """The ``connection`` record of an event, as its line tells it."""
    record: Record = json.loads(event_line(event, secrets))
    return record
