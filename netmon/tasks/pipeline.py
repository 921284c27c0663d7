"""Meter, decoding, inspection and tracking, joined by plain calls: frames in, connections out.

Nothing here waits or reads a clock, so the same object serves a live capture, a capture file and a test. The order of
calls is the contract: feed the meter, ``inspect`` what it passed on, ``tick`` now and then with the time that holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from netmon.decode.dispatch import Decoder
from netmon.meter.contract import Meter
from netmon.model.connection import ConnectionEvent
from netmon.model.flow import Inspected, InspectKind
from netmon.protocols._engine import InspectionEngine
from netmon.settings import Settings
from netmon.tracker.tracker import Tracker


class Pipeline:
    """Everything between a source of frames and the readers of connections."""

    def __init__(self, settings: Settings, meter: Meter, *, live: bool, services: Callable[[str, int], str]) -> None:
        self.meter = meter
        self.settings = settings
        self.tracker = Tracker(settings, live=live, services=services)
        self.engine = InspectionEngine()
        self.decoder = Decoder()

    def inspect(self, frames: Sequence[Inspected] | None = None) -> None:
        """Inspect these frames (default: all that wait in the meter) and tell tracker and meter what came of it."""
        if frames is None:
            frames = self.meter.take_inspected()
        if not frames or not self.settings.inspect:
            return
