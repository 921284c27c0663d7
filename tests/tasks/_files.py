"""What the tests of the task loops share: fixtures played from memory, a platform that is not there."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trio

from netmon.capture.contract import FileSource
from netmon.capture.file import PcapFileSource, open_file
from netmon.errors import PlatformError
from netmon.meter.contract import Meter, MeterLimits
from netmon.meter.select import open_meter
from netmon.model.kernel_tcp import KernelTcp
from netmon.model.network import Network
from netmon.model.owner import Process, SocketTable
from netmon.model.snapshot import ConnectionEvent
from netmon.platforms.contract import Ends
from netmon.settings import Settings
from netmon.tasks.pipeline import Pipeline
from netmon.tasks.replay import Replay

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
NATIVE = pytest.param(
    "native",
    marks=pytest.mark.skipif(importlib.util.find_spec("netmon.meter._native") is None, reason="the C meter is not compiled"),
)


def make_pipeline(meter: str = "reference", **settings: object) -> Pipeline:
    """A pipeline for a file."""
    chosen: Meter = open_meter(meter, MeterLimits())[0]
    values = {"output": "json", "show_localhost": True, **settings}
    return Pipeline(Settings(**values), chosen, live=False, services=lambda port, transport: "")  # type: ignore[arg-type]


class Recut:
    """A file source that hands the same bytes out in pieces of another size."""

    def __init__(self, inner: PcapFileSource, size: int) -> None:
        self._inner = inner
        self._size = size
        self.name = inner.name

    def chunks(self) -> Iterator[bytes]:
        for chunk in self._inner.chunks():
            yield from (chunk[start : start + self._size] for start in range(0, len(chunk), self._size))

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


async def play(path: Path, pipeline: Pipeline, cut: int = 0) -> list[ConnectionEvent]:
    """All events of a capture file."""
    source: FileSource = open_file(str(path))
    if cut:
        source = Recut(source, cut)  # type: ignore[arg-type,assignment]
    events: list[ConnectionEvent] = []
    replay = Replay(pipeline, source, events.extend)
    try:
        await replay.run(lambda fraction: None)
        replay.finish()
    finally:
        source.close()
        pipeline.meter.close()
    return events


Play = Callable[[Path, Pipeline], list[ConnectionEvent]]


@dataclass
class NoPlatform:
    """An operating system without sockets; ``failing`` makes every scan fail."""

    name: str = "none"
    attribution: str = "none"
    failing: bool = False
    scans: list[float] = field(default_factory=list)

    def sockets(self) -> SocketTable:
        self.scans.append(0.0)
        if self.failing:
            raise PlatformError("the table is locked")
        return SocketTable((), {}, ("a note",))

    def open_events(self) -> None:
        return None

    def tcp_figures(self, ends: Sequence[Ends], now: float) -> Sequence[KernelTcp | None]:
        return ()

    def process(self, pid: int) -> Process | None:
        return None

    def network(self) -> Network:
        return Network()

    def capture_permission_advice(self) -> str:
        return "sudo"


def trio_clock() -> float:
    """The virtual clock as Unix time."""
    return 1_700_000_000.0 + trio.current_time()


def labels(events: Sequence[ConnectionEvent]) -> set[str]:
    """The applications of the last record of each connection."""
    return {event.connection.application for event in events}
