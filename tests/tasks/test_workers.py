"""Questions to the operating system, away from the event loop."""

from __future__ import annotations

from typing import Any

import trio
from trio.testing import MockClock

from netmon.errors import PlatformError
from netmon.model.network import Network
from netmon.tasks.workers import NetworkTask, ProcessTask

from ._files import NoPlatform, trio_clock


class Sink:
    """A tracker that keeps what it is told."""

    def __init__(self) -> None:
        self.tables: list[float] = []
        self.networks: list[Network] = []

    def take_sockets(self, table: object, now: float) -> None:
        self.tables.append(now - 1_700_000_000.0)

    def attribute(self, limit: int) -> bool:
        return False

    def apply_network(self, network: Network) -> None:
        self.networks.append(network)


def task_with(platform: NoPlatform) -> tuple[ProcessTask, Sink]:
    sink: Any = Sink()
    return ProcessTask(platform, sink, trio_clock, 2.0), sink


async def test_scans_every_interval(mock_clock: MockClock, nursery: trio.Nursery) -> None:
    """A scan at once, then one an interval; its notes are kept."""
    task, sink = task_with(NoPlatform())
    await task.scan()
    assert sink.tables == [0.0]
    assert task.notes == ("a note",)


async def test_a_failing_scan_is_a_note() -> None:
    """When nothing can be had at all the reason is shown and the task lives on."""
    task, sink = task_with(NoPlatform(failing=True))
    await task.scan()
    assert (sink.tables, task.notes) == ([], ("processes are not known: the table is locked",))


async def test_network_failures_keep_what_is_known(autojump_clock: MockClock) -> None:
    """The addresses known at the start stay when a later look fails."""
    sink: Any = Sink()
    platform = NoPlatform()
    task = NetworkTask(platform, sink, 30.0)
    before = task.network

    def fail() -> Network:
        raise PlatformError("netlink is gone")

    platform.network = fail  # type: ignore[method-assign]
    with trio.move_on_after(70):
        await task.run()
    assert (task.network, sink.networks) == (before, [before])
