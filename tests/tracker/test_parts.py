"""A live run does the tracker's work in parts, with other calls in between: the outcome is that of doing it at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from netmon.model.flow import FlowRecord, TcpBits
from netmon.model.owner import Process, SocketEntry, SocketTable

from .conftest import START, Run

Make = Callable[..., FlowRecord]
Start = Callable[..., Run]
OPEN = TcpBits.SYN_AB | TcpBits.SYNACK_BA | TcpBits.OPENED
HERE, THERE = b"\xc0\x00\x02\x01", b"\xc6\x33\x64\x02"


def rounds(record: Make) -> list[tuple[float, list[FlowRecord]]]:
    """Thirty connections open, some end, some are reset, all fall silent and are over."""

    def tcp(number: int, when: float, bits: int, packets: int) -> FlowRecord:
        return record(number, port_a=50_000 + number, tcp_bits=bits, packets_ab=packets, last=when)

    return [
        (0, [tcp(number, 0, TcpBits.SYN_AB, 1) for number in range(1, 31)]),
        (1, [tcp(number, 1, OPEN, 2) for number in range(1, 25)]),
        (2, [tcp(number, 2, OPEN | TcpBits.RST_AB, 3) for number in range(1, 9)]),
        (70, []),
        (400, []),
        (8000, []),
    ]


@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_parts_are_the_whole(start: Start, record: Make, limit: int) -> None:
    """The same events, snapshots and finished flows, however small the parts are."""
    whole, divided = start(local=("192.0.2.1",)), start(local=("192.0.2.1",))
    for now, records in rounds(record):
        divided.tracker.apply_records(records, START + now)
        parts = 0
        while divided.tracker.judge(START + now, limit):
            parts += 1
        while divided.tracker.prepare(limit):
            parts += 1
        assert whole.events(now, *records) == divided.tracker.tick(START + now)
        assert whole.snapshot(now) == divided.snapshot(now)
        assert whole.tracker.take_finished() == divided.tracker.take_finished()
        assert parts >= len(records) // limit - 1
    assert whole.tracker.statistics() == divided.tracker.statistics()


def test_tick_does_what_the_parts_have_left(start: Start, record: Make) -> None:
    """Who stops half way loses nothing."""
    whole, divided = start(), start()
    for now, records in rounds(record):
        divided.tracker.apply_records(records, START + now)
        divided.tracker.judge(START + now, 5)
        divided.tracker.prepare(2)
        assert whole.events(now, *records) == divided.tracker.tick(START + now)
        one, other = whole.snapshot(now), divided.snapshot(now)
        assert one.connections == other.connections
        # Rates of what is over are those of when it was looked at last.
        assert [replace(closed, rate_out=0.0, rate_in=0.0, track=b"") for closed in one.closed] == [
            replace(closed, rate_out=0.0, rate_in=0.0, track=b"") for closed in other.closed
        ]


def test_owners_in_parts(start: Start, record: Make) -> None:
    """A scan is compared with what waits a few at a time; a connection that ends meanwhile is not taken up again."""
    run = start(local=("192.0.2.1",))
    run.feed(0, *(record(number, port_a=50_000 + number) for number in range(1, 8)))
    sockets = [SocketEntry(6, HERE, 50_000 + number, THERE, 443, "ESTABLISHED", number) for number in range(1, 8)]
    run.tracker.take_sockets(SocketTable(sockets, {n: Process(n, f"p{n}") for n in range(1, 8)}), START + 1.0)
    assert run.tracker.attribute(3)
    owned = [connection.process.pid for connection in run.snapshot(1).connections if connection.process is not None]
    assert owned == [1, 2, 3]
    run.feed(2, record(4, port_a=50_004, tcp_bits=TcpBits.SYN_AB | TcpBits.SUPERSEDED, last=2))
    while run.tracker.attribute(3):
        pass
    owned = [connection.process.pid for connection in run.snapshot(2).connections if connection.process is not None]
    assert owned == [1, 2, 3, 5, 6, 7]
    assert run.tracker.unowned == 0
