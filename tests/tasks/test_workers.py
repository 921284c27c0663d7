"""Questions to the operating system, away from the event loop."""

from __future__ import annotations

import threading  # noqa: TID251  # two of trio's threads are played
from collections.abc import Callable
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from netmon.errors import PlatformError
from netmon.model.network import Neighbour, Network
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


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocking calls happen in the event loop: a clock that jumps does not wait for threads."""

    async def here(call: Callable[[], Any]) -> Any:
        return call()

    monkeypatch.setattr("netmon.tasks.workers.in_thread", here)


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


@pytest.mark.parametrize(
    ("always", "again", "scans"),
    [
        (False, 99, [0, 2, 4, 19]),
        (False, 10, [0, 2, 4, 11]),
        (True, 99, [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]),
    ],
)
async def test_scans_are_rare_while_nothing_comes(
    autojump_clock: MockClock, at_once: None, always: bool, again: float, scans: list[int]
) -> None:
    """Every two seconds while packets come, else four times a minute until some come again; unless sockets without packets
    are to be shown. Here they come for four seconds, and once more after ``again``."""
    sink: Any = Sink()
    packets = lambda: min(int(trio.current_time() * 10), 40) + (trio.current_time() > again)  # noqa: E731
    task = ProcessTask(NoPlatform(), sink, trio_clock, 2.0, None if always else packets)
    with trio.move_on_after(22.5):
        await task.run()
    assert [round(when) for when in sink.tables] == scans


async def test_a_connection_without_an_owner_ends_the_quiet(
    autojump_clock: MockClock, at_once: None, nursery: trio.Nursery
) -> None:
    """Who asks is served at once."""
    sink: Any = Sink()
    task = ProcessTask(NoPlatform(), sink, trio_clock, 2.0, lambda: 3)
    nursery.start_soon(task.run)
    await trio.sleep(7.5)
    task.ask()
    await trio.sleep(0.1)
    assert [round(when, 1) for when in sink.tables] == [0.0, 2.0, 7.5]
    nursery.cancel_scope.cancel()


async def test_the_network_is_read_soon_and_again(autojump_clock: MockClock, at_once: None) -> None:
    """With captures open, a second later, then every interval; what was captured is as of the reading."""
    sink: Any = Sink()
    task = NetworkTask(NoPlatform(), sink, 3.0, lambda: round(1000 * trio.current_time()))
    begin = trio.current_time()
    assert task.captured is None
    seen: set[int] = set()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(task.run)
        while trio.current_time() < begin + 8:
            await trio.sleep(0.25)
            seen.add(task.captured or 0)
        nursery.cancel_scope.cancel()
    assert seen == {round(1000 * (begin + second)) for second in (0, 1, 4, 7)}


async def test_network_failures_keep_what_is_known(autojump_clock: MockClock) -> None:
    """The addresses known at the start stay when a later look fails."""
    sink: Any = Sink()
    platform = NoPlatform()
    task = NetworkTask(platform, sink, 30.0, lambda: 0)
    before = task.network

    def fail() -> Network:
        raise PlatformError("netlink is gone")

    platform.network = fail  # type: ignore[method-assign]
    with trio.move_on_after(70):
        await task.run()
    assert (task.network, sink.networks) == (before, [before])


async def test_makers_of_neighbours(autojump_clock: MockClock) -> None:
    """Who made a neighbour's card is looked up when the network is read; one that does not answer has none."""
    platform = NoPlatform()
    there, silent = Neighbour("192.0.2.1", "b8:27:eb:00:00:01"), Neighbour("192.0.2.2", "")
    platform.network = lambda: Network(neighbours=(there, silent))  # type: ignore[method-assign]
    sink: Any = Sink()
    task = NetworkTask(platform, sink, 30.0, lambda: 0)
    await task.read()
    assert [one.vendor for one in task.network.neighbours] == ["Raspberry Pi Foundation", ""]


class TwoBatches:
    """Kernel events of which another thread wants the second batch while the first is on its way."""

    def __init__(self, task: ProcessTask) -> None:
        self._task = task
        self._second: threading.Thread | None = None
        self._done = threading.Event()

    def drain(self) -> list[str]:
        if self._second is not None:
            return ["handled"]
        self._second = threading.Thread(target=self._pull)
        self._second.start()
        self._done.wait(0.05)  # long enough for what must not happen
        return ["accepted"]

    def _pull(self) -> None:
        self._task._pull()
        self._done.set()

    def join(self) -> None:
        assert self._second is not None
        self._second.join()


def test_batches_of_events_stay_in_order() -> None:
    """A tick and the task that waits for events may take some at once: what was taken first is told first."""
    task, _ = task_with(NoPlatform())
    events: Any = TwoBatches(task)
    task._events = events
    task._pull()
    events.join()
    assert list(task._pulled) == [["accepted"], ["handled"]]
