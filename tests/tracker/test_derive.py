"""What is derived is whole, and what connections have alike is one object."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from netmon.model.connection import Connection
from netmon.model.flow import FlowRecord, TcpBits
from netmon.model.health import TcpHealth
from netmon.model.surroundings import Place
from netmon.model.track import histories


def test_every_field_is_set(start: Callable[..., Any], record: Callable[..., FlowRecord]) -> None:
    """It can be made anew from its fields, replaced, copied and pickled."""
    run = start(local=("192.0.2.1",))
    run.feed(0, record(tcp_bits=TcpBits.SYN_AB, mss_ab=1460, window_scale_ab=8, rtt_handshake_ns=5_000_000, tos_ab=0x2B))
    made = run.only(0)
    assert type(made) is Connection
    assert type(made.tcp) is TcpHealth
    plain = Connection(**{field.name: getattr(made, field.name) for field in fields(Connection)})
    assert plain == made
    assert TcpHealth(**{field.name: getattr(made.tcp, field.name) for field in fields(TcpHealth)}) == made.tcp
    assert replace(made, state="X").state == "X"
    assert histories(pickle.loads(pickle.dumps(made)).track) == histories(made.track) == ((74,), (0,))
    assert copy.copy(made) == made
    assert (made.tcp.mss_out, made.tcp.window_scale_out, made.rtt.handshake, made.dscp_out, made.tcp.ecn) == (
        1460,
        7,
        5.0,
        10,
        True,
    )


def test_connections_without_troubles_share_their_health(
    start: Callable[..., Any], record: Callable[..., FlowRecord]
) -> None:
    """What was agreed on is one object for all that agreed on it; who has had troubles has its own."""
    run = start()
    alike = {"tcp_bits": TcpBits.SYN_AB, "mss_ab": 1460, "window_ab": 64_240}
    run.feed(0, record(1, port_a=1, **alike), record(2, port_a=2, **alike), record(3, port_a=3, mss_ab=1300))
    run.feed(0, record(4, port_a=4, **alike, retransmissions_ab=2))
    first, second, other, troubled = (connection.tcp for connection in run.snapshot(1).connections)
    assert first is second
    assert (other.mss_out, first.mss_out, first.retransmissions_out) == (1300, 1460, 0)
    assert (troubled.mss_out, troubled.retransmissions_out, troubled.retransmissions_in) == (1460, 2, 0)


def test_surroundings_are_shared_and_can_be_given_singly(
    start: Callable[..., Any], record: Callable[..., FlowRecord]
) -> None:
    """Connections seen alike hold one object; what is given by its own name takes its place in that one alone."""
    run = start()
    run.feed(0, record(1, port_a=1, vlan=7), record(2, port_a=2, vlan=7), record(3, port_a=3))
    first, second, other = run.snapshot(1).connections
    assert first.surroundings is second.surroundings
    assert (first.vlans, other.vlans, first.source_scope) == ((7,), (), "DOCUMENTATION")
    placed = replace(first, source_place=Place("DE"), vlans=())
    assert (placed.vlans, placed.source_place, placed.source_scope) == ((), Place("DE"), "DOCUMENTATION")
    assert (first.vlans, first.source_place) == ((7,), None)
    assert replace(placed, source_place=None).source_place is None
