"""The binary socket tables: messages built after linux/inet_diag.h, and the kernel's own answer about real sockets."""

from __future__ import annotations

import errno
import os
import socket
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.platforms.linux.proc_net import Row
from netmon.platforms.linux.sock_diag import NLMSG_DONE, NLMSG_ERROR, SOCK_DIAG_BY_FAMILY, SockDiag, parse

LOCAL, REMOTE = bytes([192, 0, 2, 2]), bytes([192, 0, 2, 1])
V6 = bytes.fromhex("20010db8" + "00" * 11 + "01")


def message(kind: int, body: bytes) -> bytes:
    whole = struct.pack("=IHHII", 16 + len(body), kind, 2, 1, 0) + body
    return whole + bytes(-len(whole) % 4)


def diag(
    family: int, state: int, local: tuple[bytes, int], remote: tuple[bytes, int], inode: int, extra: bytes = b""
) -> bytes:
    """One ``inet_diag_msg`` with user 1000; timers and queues hold values that must not matter."""
    ports = struct.pack(">HH", local[1], remote[1])
    addresses = local[0].ljust(16, b"\0") + remote[0].ljust(16, b"\0")
    head = struct.pack("=BBBB", family, state, 2, 3) + ports + addresses + struct.pack("=III", 0, inode, 0)
    return message(SOCK_DIAG_BY_FAMILY, head + struct.pack("=IIIII", 99, 98, 97, 1000, inode) + extra)


V6ONLY = struct.pack("=HHB3x", 5, 11, 1)
NOT_V6ONLY = struct.pack("=HHB3x", 5, 8, 0) + struct.pack("=HHB3x", 5, 11, 0)
DONE = message(NLMSG_DONE, struct.pack("=i", 0))
PART = (
    diag(socket.AF_INET, 10, (LOCAL, 80), (b"", 0), 1)
    + diag(socket.AF_INET, 1, (LOCAL, 80), (REMOTE, 50000), 2)
    + diag(socket.AF_INET6, 10, (bytes(16), 81), (b"", 0), 3, V6ONLY)
    + diag(socket.AF_INET6, 10, (bytes(16), 82), (b"", 0), 4, NOT_V6ONLY)
    + diag(socket.AF_INET6, 1, (bytes(10) + b"\xff\xff" + LOCAL, 82), (bytes(10) + b"\xff\xff" + REMOTE, 9), 5)
    + diag(socket.AF_INET6, 6, (V6, 443), (V6, 1), 0)
    + DONE
)
ROWS = [
    Row(6, LOCAL, 80, b"", 0, "LISTEN", 1000, 1),
    Row(6, LOCAL, 80, REMOTE, 50000, "ESTABLISHED", 1000, 2),
    Row(6, bytes(16), 81, b"", 0, "LISTEN", 1000, 3, v6_only=True),
    Row(6, bytes(16), 82, b"", 0, "LISTEN", 1000, 4, v6_only=False),
    Row(6, LOCAL, 82, REMOTE, 9, "ESTABLISHED", 1000, 5),
    Row(6, V6, 443, V6, 1, "TIME_WAIT", 1000, 0),
]


def test_rows() -> None:
    """Both families, mapped addresses, the V6ONLY option, and the end of the dump."""
    found: dict[bytes, Row] = {}
    assert parse(PART, 6, {}, found) == 0
    assert list(found.values()) == ROWS


def test_rows_are_used_again_when_nothing_changed() -> None:
    """Timers and queue lengths do not make a new row; a new state does."""
    first: dict[bytes, Row] = {}
    parse(diag(socket.AF_INET, 1, (LOCAL, 80), (REMOTE, 1), 2), 6, {}, first)
    second: dict[bytes, Row] = {}
    changed = bytearray(diag(socket.AF_INET, 1, (LOCAL, 80), (REMOTE, 1), 2))
    changed[16 + 56 : 16 + 64] = b"\x01" * 8
    parse(bytes(changed), 6, first, second)
    assert next(iter(second.values())) is next(iter(first.values()))
    third: dict[bytes, Row] = {}
    parse(diag(socket.AF_INET, 8, (LOCAL, 80), (REMOTE, 1), 2), 6, first, third)
    assert next(iter(third.values())).state == "CLOSE_WAIT"


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (DONE, 0),
        (message(NLMSG_DONE, struct.pack("=i", -errno.EINTR)), errno.EINTR),
        (message(NLMSG_ERROR, struct.pack("=i", -errno.EPERM)), errno.EPERM),
        (message(NLMSG_ERROR, struct.pack("=i", 0)), errno.EIO),
        (PART[: -len(DONE)], None),
        (b"", None),
        (PART[:60], errno.EBADMSG),
        (struct.pack("=IHHII", 3, 2, 0, 0, 0), errno.EBADMSG),
    ],
)
def test_how_a_dump_ends(part: bytes, code: int | None) -> None:
    """The end, the kernel's refusal, more to come, and a torn message are told apart."""
    assert parse(part, 6, {}, {}) == code


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=400), st.integers(0, len(PART)))
def test_any_bytes_are_survived(noise: bytes, cut: int) -> None:
    """Damaged messages give an error number or nothing, never an exception."""
    for part in (noise, PART[:cut] + noise, noise[:16] + PART):
        found: dict[bytes, Row] = {}
        parse(part, 6, {}, found)
        assert all(isinstance(row, Row) for row in found.values())


@pytest.mark.skipif(not hasattr(socket, "AF_NETLINK"), reason="Linux only")
def test_the_kernel_tells_of_a_real_socket() -> None:
    """A socket opened here is in the dump of its protocol, with its inode."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        diag = SockDiag()
        rows = diag.dump(17)
        if rows is None:
            pytest.skip(f"sock_diag is refused here: {diag.problems[17]}")

        inode = os.fstat(opened.fileno()).st_ino
        (row,) = [row for row in rows if row.inode == inode]
        assert row == Row(17, bytes([127, 0, 0, 1]), opened.getsockname()[1], b"", 0, "", os.getuid(), inode, row.v6_only)
        again = diag.dump(17)
        assert again is not None
        assert any(other is row for other in again)


@pytest.mark.skipif(not hasattr(socket, "AF_NETLINK"), reason="Linux only")
def test_a_refusal_is_no_error() -> None:
    """A protocol the kernel has no table of is "not available", with the reason."""
    diag = SockDiag()
    assert diag.dump(254) is None
    assert diag.problems[254]
