"""Connections that are over and forgotten are gone, without the garbage collector: a monitor runs for weeks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from netmon.model.flow import TcpBits
from netmon.model.owner import Process, SocketEvent, SocketEventKind

START = 1_700_000_000
A, B = bytes([192, 0, 2, 1]), bytes([198, 51, 100, 2])
MANY = 50
ENDED = TcpBits.SYN_AB | TcpBits.SYNACK_BA | TcpBits.FIN_AB | TcpBits.FIN_BA | TcpBits.FIN_AB_ACKED | TcpBits.FIN_BA_ACKED


@pytest.mark.parametrize("live", [True, False])
def test_nothing_stays_behind(
    garbage: Callable[[], Any], start: Callable[..., Any], record: Callable[..., Any], live: bool
) -> None:
    """TCP that ended and UDP that fell silent, with owners, both ends known."""
    run = start(live=live, local=("192.0.2.1", "198.51.100.2"), max_closed=0)
    with garbage() as found:
        for number in range(MANY):
            port = 40_000 + number
            for kind, local, local_port, remote, remote_port in (
                (SocketEventKind.OPENED, A, port, B, 443), (SocketEventKind.HANDLED, B, 443, A, port),
            ):  # fmt: skip
                process = Process(local_port, "program", float(START), executable="/bin/program")
                event = SocketEvent(kind, 6, local, local_port, remote, remote_port, process, START + 0.0)
                run.tracker.apply_events([event], START)
            run.feed(1.0, record(number + 1, port_a=port, tcp_bits=ENDED))
            run.feed(1.0, record(number + 1000, port_a=port, port_b=53, protocol=17))
        for second in range(2, 400):
            run.feed(float(second))
        assert run.snapshot(400.0).connections == ()
    assert not {"Entry", "Rest", "Connection", "Owner", "Deed", "Pairing"} & found.keys(), found
