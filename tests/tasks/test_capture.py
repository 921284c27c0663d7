"""The live capture task on a source that is not there: a pipe for the descriptor, a list for the packets."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import trio
from trio.testing import MockClock

from netmon.capture.contract import Sink
from netmon.errors import CaptureError, NoInterfaceError
from netmon.meter.contract import MeterLimits
from netmon.meter.reference import ReferenceMeter
from netmon.model.finding import Attention
from netmon.model.frame import CaptureInterface, CaptureStatistics, Frame
from netmon.tasks.backlog import Backlog
from netmon.tasks.capture import PYTHON_LIMIT, RETRY_SECONDS, TURNS, CaptureTask, combined

UDP = bytes.fromhex(
    "020000000002020000000001080045000020000000004011000 0c0000201c00002029c40 2710000c000064617461".replace(" ", "")
)
FAKE = CaptureInterface("fake0", 1)


@dataclass
class FakeSource:
    """Readable while it has packets; fails once those are gone, if told so."""

    packets: int
    fails: bool = False
    interface: CaptureInterface = FAKE
    nanosecond: bool = True
    drained: list[int] = field(default_factory=list)
    closed: bool = False
    gone: bool = False

    def __post_init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.write(self._write, b"x")

    def fileno(self) -> int:
        return self._read

    def drain(self, sink: Sink, limit: int) -> int:
        count = min(limit, self.packets)
        if not count and self.fails:
            raise CaptureError("fake0: the interface went away")
        sink.feed([Frame(1_700_000_000_000_000_000 + number, len(UDP), UDP, 1) for number in range(count)])
        self.packets -= count
        self.drained.append(count)
        if not self.packets and not self.fails:
            with contextlib.suppress(BlockingIOError):
                os.read(self._read, 1)
        return count

    def stopper(self) -> tuple[int, int]:
        return 0, 0

    def compile_filter(self, expression: str) -> tuple[int, int]:
        return 0, 0

    def statistics(self) -> CaptureStatistics:
        return CaptureStatistics(received=sum(self.drained), dropped_kernel=2)

    def close(self) -> None:
        if not self.closed:
            os.close(self._read)
            os.close(self._write)
        self.closed = True


@pytest.fixture
def meter() -> Iterator[ReferenceMeter]:
    """A meter."""
    it = ReferenceMeter()
    yield it
    it.close()


def task_for(
    sources: list[FakeSource | CaptureError], meter: ReferenceMeter, bound: int = 2048
) -> tuple[CaptureTask, list[str]]:
    """A task that opens these one after the other, and the names it asked for."""
    asked: list[str] = []

    def open_source(name: str, index: int) -> FakeSource:
        asked.append(name)
        one = sources.pop(0)
        if isinstance(one, CaptureError):
            raise one
        return one

    return CaptureTask("fake0", 0, meter, open_source, Backlog(bound)), asked


async def test_drains_in_bounded_batches(meter: ReferenceMeter, autojump_clock: MockClock) -> None:
    """A flood is taken in pieces with a checkpoint between them, and every packet is counted."""
    source = FakeSource(2 * PYTHON_LIMIT + 5)
    task, _ = task_for([source], meter)
    with trio.move_on_after(1):
        await task.run()
    assert source.drained[:3] == [PYTHON_LIMIT, PYTHON_LIMIT, 5]
    assert meter.totals().packets == 2 * PYTHON_LIMIT + 5
    task.close()


async def inspected_of(packets: int, turns: int, behind: bool | None, meter: ReferenceMeter) -> tuple[int, int]:
    """Frames passed on and packets counted of one flow with a budget of two frames, where inspection wants everything but
    needs so many turns to say so; ``behind``: what it says of itself, ``None`` = the truth."""
    backlog = Backlog(2048)
    seen = 0

    def says() -> bool:
        return behind if behind is not None else task.handed > seen

    source = FakeSource(packets)
    task = CaptureTask("fake0", 0, meter, lambda name, index: source, backlog, says)

    async def inspect() -> None:
        nonlocal seen
        while True:
            frames = await backlog.take(256)
            for _ in range(turns):
                await trio.lowlevel.checkpoint()
            for frame in frames:
                meter.set_attention(frame.flow_id, Attention.ALWAYS)
            seen += len(frames)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(inspect)
        with trio.move_on_after(1):
            await task.run()
        nursery.cancel_scope.cancel()
    task.close()
    return seen, meter.totals().packets


@pytest.mark.parametrize("turns", [0, TURNS - 2])
async def test_a_budget_that_is_used_up_waits_for_inspection(turns: int, autojump_clock: MockClock) -> None:
    """What inspection wants is passed on from the next drain on, while it keeps up."""
    meter = ReferenceMeter(MeterLimits(inspect_packets=2))
    assert await inspected_of(10 * PYTHON_LIMIT, turns, None, meter) == (2 + 9 * PYTHON_LIMIT, 10 * PYTHON_LIMIT)
    meter.close()


async def test_the_wire_does_not_wait_for_inspection_that_is_behind(autojump_clock: MockClock) -> None:
    """Every packet is counted; what was not wanted in time is not inspected."""
    meter = ReferenceMeter(MeterLimits(inspect_packets=2))
    passed, packets = await inspected_of(10 * PYTHON_LIMIT, 3 * TURNS, True, meter)
    assert (passed < 2 + 9 * PYTHON_LIMIT, packets) == (True, 10 * PYTHON_LIMIT)
    meter.close()


@pytest.mark.parametrize("silent", [False, True])
async def test_recovers_when_the_interface_comes_back(
    meter: ReferenceMeter, autojump_clock: MockClock, silent: bool
) -> None:
    """An interface that goes away is a persistent problem, tried again every two seconds, and counts survive."""
    task, asked = task_for(
        [FakeSource(3, fails=not silent, gone=silent), NoInterfaceError("fake0: no such interface"), FakeSource(4)], meter
    )
    problems: list[str] = []

    async def watch() -> None:
        for _ in range(3):
            await trio.sleep(RETRY_SECONDS * 0.9)
            problems.append(task.problem)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(task.run)
        await watch()
        nursery.cancel_scope.cancel()
    assert problems == [
        "fake0: the interface " + ("is gone" if silent else "went away"),
        "fake0 is gone; capture goes on when it is back",
        "",
    ]
    assert asked == ["fake0"] * 3
    assert task.statistics() == CaptureStatistics(received=7, dropped_kernel=4)
    task.close()


async def test_the_queue_is_bounded_in_frames(
    meter: ReferenceMeter, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many frames one drain finds, and however few many drains do; what does not fit is counted."""
    monkeypatch.setattr("netmon.tasks.capture.PYTHON_LIMIT", 600)
    task, _ = task_for([FakeSource(605)], meter, bound=500)
    with trio.move_on_after(1):
        await task.run()
    assert (len(task.backlog), task.handed, task.statistics().dropped_queue) == (500, 500, 105)
    assert len(task.backlog.take_now(400)) == 400
    monkeypatch.setattr("netmon.tasks.capture.PYTHON_LIMIT", 1)
    source = FakeSource(380)
    task.close()
    task.open_source = lambda name, index: source
    with trio.move_on_after(1):
        await task.run()
    assert (len(task.backlog), task.handed, task.statistics().dropped_queue) == (480, 880, 105)
    task.close()


async def test_full_queue_drops_and_counts(meter: ReferenceMeter, autojump_clock: MockClock) -> None:
    """Nobody inspects: the frames for inspection are dropped and counted, the meter misses none."""
    task, _ = task_for([FakeSource(5)], meter, bound=0)
    with trio.move_on_after(1):
        await task.run()
    assert task.statistics().dropped_queue == 5
    assert meter.totals().packets == 5
    task.close()


async def test_combined_statistics(meter: ReferenceMeter) -> None:
    """Several interfaces: counts add up, problems are listed."""
    tasks = [task_for([FakeSource(0)], meter)[0] for _ in range(2)]
    for index, task in enumerate(tasks):
        task.open()
        task.problem = f"problem {index}"
    assert combined(tasks) == CaptureStatistics(dropped_kernel=4, problem="problem 0; problem 1")  # type: ignore[arg-type]
    for task in tasks:
        task.close()
