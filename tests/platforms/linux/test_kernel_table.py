"""The kernel's own list of who holds which socket."""

from __future__ import annotations

import os
import socket

from hypothesis import given
from hypothesis import strategies as st

from netmon.platforms.linux.kernel_table import RECORD, parse
from netmon.platforms.linux.proc_net import Row

OWN, OTHER = 1, 2
HERE, THERE = socket.inet_aton("192.0.2.1"), socket.inet_aton("192.0.2.2")
MAPPED = bytes(10) + b"\xff\xff"


def record(inode: int, pid: int, namespace: int = OTHER, **values: int | bytes) -> bytes:
    """A connected TCP socket."""
    given: dict[str, int | bytes] = {
        "family": 2, "protocol": 6, "type": 1, "local_port": 50_000, "remote_port": 443, "state": 1,
        "local": HERE, "remote": THERE, **values,
    }  # fmt: skip
    return RECORD.pack(inode, pid, namespace, 1000, *given.values())


def test_holders_and_rows_of_other_namespaces() -> None:
    """Every holder counts once; rows of the own namespace come from elsewhere."""
    raw = record(7, 10) + record(7, 11) + record(7, 11) + record(8, 10, OWN)
    held = parse(raw, OWN)
    assert held.holders == {7: [10, 11], 8: [10]}
    assert held.others == {OTHER: [Row(6, HERE, 50_000, THERE, 443, "ESTABLISHED", 1000, 7)]}


def test_kinds_of_sockets() -> None:
    """Listening, IPv4-mapped, raw, MPTCP and datagram sockets are told as the tables tell them."""
    six = {"family": 10, "local": MAPPED + HERE, "remote": MAPPED + THERE}
    raw = b"".join((
        record(1, 1, local=bytes(4), remote=bytes(4), remote_port=0, state=10),
        record(2, 1, **six),
        record(3, 1, protocol=253, type=3, local_port=253, remote=bytes(4), remote_port=0, state=7),
        record(4, 1, protocol=262),
        record(5, 1, protocol=17, type=2, remote=bytes(4), remote_port=0, state=7),
    ))  # fmt: skip
    assert parse(raw, OWN).others[OTHER] == [
        Row(6, bytes(4), 50_000, b"", 0, "LISTEN", 1000, 1),
        Row(6, HERE, 50_000, THERE, 443, "ESTABLISHED", 1000, 2),
        Row(253, HERE, 0, b"", 0, "", 1000, 3),
        Row(6, HERE, 50_000, THERE, 443, "ESTABLISHED", 1000, 4),
        Row(17, HERE, 50_000, b"", 0, "", 1000, 5),
    ]


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(raw: bytes) -> None:
    """A record that was cut off is left out."""
    held = parse(raw, OWN)
    assert sum(len(pids) for pids in held.holders.values()) <= len(raw) // RECORD.size


def test_the_layout_is_that_of_the_header() -> None:
    """csrc/attribution.h says 72 bytes."""
    header = os.path.join(os.path.dirname(parse.__code__.co_filename), "csrc", "attribution.h")  # noqa: PTH118, PTH120
    with open(header, encoding="ascii") as file:  # noqa: PTH123
        assert f"struct socket_record {{\t\t/* {RECORD.size} bytes" in file.read()
