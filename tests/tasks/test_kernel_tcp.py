"""Whom the kernel is asked about, when, and what becomes of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from trio.testing import MockClock

from netmon.errors import PlatformError
from netmon.model.connection import Connection, Direction
from netmon.model.kernel_tcp import KernelTcp
from netmon.platforms.contract import Ends
from netmon.tasks.kernel_tcp import ASKED, KernelTcpTask, choose, ends_of

from ._files import NoPlatform, trio_clock

NOW = 1_700_000_000.0
ONE = Connection(
    identifier="1", flow_id=1, protocol="tcp", source="192.0.2.1", source_port=50_000, destination="2001:db8::2",
    destination_port=443, direction=Direction.OUTGOING, local_is_source=True, state="ESTABLISHED", closed=False,
    first_seen=NOW - 9, last_seen=NOW, packets_out=1, packets_in=0, bytes_out=60, bytes_in=0,
)  # fmt: skip
FIGURES = KernelTcp(NOW, 1.0, 0.5, None, "cubic", 10, None, 1448, 0, 0, 0, 0, 0)


class Knowing(NoPlatform):
    """Knows every connection but those to port 80."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[Ends]] = []

    def tcp_figures(self, ends: Sequence[Ends], now: float) -> Sequence[KernelTcp | None]:
        self.asked.append(list(ends))
        if self.failing:
            raise PlatformError("not permitted")
        return [None if one[3] == 80 else replace(FIGURES, seen=now) for one in ends]


class Sink:
    """A tracker with these connections."""

    def __init__(self, *connections: Connection) -> None:
        self.live = connections
        self.told: list[tuple[int, KernelTcp]] = []

    def connections(self) -> tuple[Connection, ...]:
        return self.live

    def apply_kernel_tcp(self, figures: Sequence[tuple[int, KernelTcp]]) -> None:
        self.told += figures


def test_only_what_has_a_socket_here_and_was_heard() -> None:
    """Conversations that pass through, are over, silent, inside a tunnel or not TCP have nothing to be asked."""
    others = [
        replace(ONE, local_is_source=None, direction=Direction.FORWARDED), replace(ONE, closed=True),
        replace(ONE, protocol="udp"), replace(ONE, last_seen=NOW - 10), replace(ONE, tunnel=("gre",)),
    ]  # fmt: skip
    here = replace(ONE, local_is_source=None, direction=Direction.LOCAL)
    assert choose([*others, ONE, here], NOW - 5) == [ONE, here]


def test_no_more_than_so_many() -> None:
    """Those heard last come first."""
    many = [replace(ONE, flow_id=number, last_seen=NOW + number) for number in range(ASKED + 10)]
    assert [one.flow_id for one in choose(many, 0.0)] == list(range(ASKED + 9, 9, -1))


def test_ends_are_the_sockets() -> None:
    """Of a connection that was opened from elsewhere the destination is this machine."""
    assert ends_of(ONE) == ("192.0.2.1", 50_000, "2001:db8::2", 443)
    assert ends_of(replace(ONE, local_is_source=False)) == ("2001:db8::2", 443, "192.0.2.1", 50_000)


async def test_silence_asks_nobody(mock_clock: MockClock) -> None:
    """Answers reach the tracker by flow; while no packet comes, and of what has been silent since, nobody is asked."""
    platform, packets = Knowing(), [1]
    silent = replace(ONE, flow_id=2, destination_port=80, last_seen=NOW - 60)
    sink: Any = Sink(ONE, silent)
    task = KernelTcpTask(platform, sink, trio_clock, lambda: packets[0])
    await task.look()
    await task.look()
    assert platform.asked == [[ends_of(ONE), ends_of(silent)]]
    assert [(flow_id, one.seen) for flow_id, one in sink.told] == [(1, NOW)]
    packets[0] = 2
    sink.live = (replace(ONE, last_seen=NOW + 8), silent)
    mock_clock.jump(8)
    await task.look()
    assert platform.asked[1:] == [[ends_of(ONE)]]


async def test_a_refusal_is_said_and_ends_it(mock_clock: MockClock) -> None:
    """The run goes on without."""
    platform = Knowing()
    platform.failing = True
    sink: Any = Sink(ONE)
    task = KernelTcpTask(platform, sink, trio_clock, lambda: 1)
    await task.look()
    await task.run()
    assert task.notes == ("no kernel figures of TCP connections: not permitted",)
    assert sink.told == []
