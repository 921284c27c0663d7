"""Sums over all live connections for the System sidebar, made once per snapshot.

In: a snapshot; out: a ``Summary``. One plain loop, because it runs over every connection.
"""

from __future__ import annotations

from typing import NamedTuple

from netmon.model.connection import Snapshot


class Summary(NamedTuple):
    """Counts of live connections, and TCP troubles including those of recently closed ones."""

    tcp: int = 0
    udp: int = 0
    other: int = 0
    processes: int = 0
    retransmissions: int = 0
    resets: int = 0


def summarise(snapshot: Snapshot) -> Summary:
    """The sums of this snapshot."""
    tcp = udp = retransmissions = resets = 0
    owners = set()
    for connection in snapshot.connections:
        protocol = connection.protocol
        if protocol == "tcp":
            tcp += 1
            health = connection.tcp
            if health is not None:
                retransmissions += health.retransmissions_out + health.retransmissions_in
                if health.reset_by is not None:
                    resets += 1
        elif protocol == "udp":
            udp += 1
        owner = connection.owner
        if owner is not None:
            owners.add(owner.process.pid)
    for connection in snapshot.closed:
        health = connection.tcp
        if health is not None:
            retransmissions += health.retransmissions_out + health.retransmissions_in
            if health.reset_by is not None:
                resets += 1
    return Summary(tcp, udp, len(snapshot.connections) - tcp - udp, len(owners), retransmissions, resets)
