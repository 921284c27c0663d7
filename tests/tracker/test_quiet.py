"""Sockets without traffic."""

from __future__ import annotations

from netmon.model.owner import Process, SocketEntry, SocketTable
from netmon.tracker.identity import Identity
from netmon.tracker.quiet import QuietSockets

A, B = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])
SERVER = Process(5, "server")


def table(*entries: SocketEntry) -> SocketTable:
    """A scan with one process."""
    return SocketTable(entries, {5: SERVER, 6: Process(6, "worker")})


def test_listening_bound_and_connected() -> None:
    """Each with its state, its process, those that share it, and no traffic."""
    quiet = QuietSockets(Identity(None))
    quiet.apply(
        table(
            SocketEntry(6, bytes(4), 80, b"", 0, "LISTEN", 5, shared=(6,)),
            SocketEntry(17, bytes(16), 53, b"", 0, "", None),
            SocketEntry(6, A, 50_000, B, 443, "ESTABLISHED", 5),
            SocketEntry(6, A, 50_001, B, 443, "TIME_WAIT", None),
            SocketEntry(6, A, 50_002, B, 443, "ESTABLISHED", 5, namespace=7),
        ),
        100.0,
    )
    listening, bound, connected = quiet.connections(())
    assert (listening.state, listening.source, listening.source_port, listening.destination_port) == (
        "LISTEN",
        "0.0.0.0",
        80,
        None,
    )
    assert listening.owner is not None and [other.name for other in listening.owner.shared] == ["worker"]
    assert (bound.state, bound.source, bound.owner) == ("BOUND", "::", None)
    assert (connected.state, connected.destination, connected.bytes_out) == ("ESTABLISHED", "192.0.2.2", 0)
    assert all(one.flow_id < 0 for one in (listening, bound, connected))


def test_with_traffic_it_is_not_quiet() -> None:
    """A connection that moves replaces its socket, from either end; the same socket stays the same object."""
    quiet = QuietSockets(Identity(None))
    scan = table(SocketEntry(6, A, 50_000, B, 443, "ESTABLISHED", 5))
    quiet.apply(scan, 100.0)
    (one,) = quiet.connections(())
    quiet.apply(scan, 102.0)
    assert quiet.connections(())[0] is one
    assert quiet.connections((one,)) == ()
