"""Findings and owners that came before their flow's first record.

Frames are inspected as they come, records are read a few times a second, so this is the rule rather than the exception.
Rule: bounded; findings of flows that never get a record (forgotten meanwhile) fall out oldest first.
"""

from __future__ import annotations

from collections.abc import Sequence

from netmon.model.finding import Update
from netmon.model.owner import Owner

FLOWS_LIMIT = 262_144


class Inbox:
    """Updates by flow id."""

    def __init__(self) -> None:
        self._updates: dict[int, list[Update | Owner]] = {}
        self.dropped = 0

    @property
    def flows(self) -> int:
        """Flows waiting for a record."""
        return len(self._updates)

    def put(self, flow_id: int, update: Update | Owner) -> None:
        """Keep an update."""
        waiting = self._updates.get(flow_id)
        if waiting is not None:
            waiting.append(update)
            return
        if len(self._updates) >= FLOWS_LIMIT:
            del self._updates[next(iter(self._updates))]
            self.dropped += 1
        self._updates[flow_id] = [update]

    def take(self, flow_id: int) -> Sequence[Update | Owner]:
        """Everything kept for a flow, in order."""
        found = self._updates.pop(flow_id, ())
        if found and not self._updates:
            self._updates = {}  # an emptied dictionary stays as large as it was
        return found
