"""``struct tcp_info`` by exact question: messages built after linux/inet_diag.h and linux/tcp.h, and the kernel itself."""

from __future__ import annotations

import socket
import struct
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmon.model.kernel_tcp import KernelTcp
from netmon.platforms.linux.tcp_info import BATCH, answers_in, ask, parse, question

LOCAL, REMOTE = bytes([192, 0, 2, 2]), bytes([192, 0, 2, 1])
KEY = (LOCAL, 80, REMOTE, 50_000)
NEVER = 0x7FFFFFFF


def info(size: int = 232) -> bytes:
    """A socket with a different figure in every field that counts."""
    body = bytearray(232)
    body[7] = 1  # the delivery rate was limited by the application
    for at, value in (
        (16, 1448), (24, 3), (32, 1), (68, 12_500), (72, 2500), (76, 14), (80, 20), (100, 7), (148, 11_000), (192, 55),
    ):  # fmt: skip
        struct.pack_into("=I", body, at, value)
    for at, value in (
        (104, 10**6),
        (160, 9 * 10**5),
        (168, 1_500_000),
        (176, 20_000),
        (184, 4000),
        (200, 80_000),
        (208, 4344),
    ):
        struct.pack_into("=Q", body, at, value)
    return bytes(body[:size])


def answer(
    state: int = 1, family: int = socket.AF_INET, key: tuple[bytes, int, bytes, int] = KEY, value: bytes = b""
) -> bytes:
    """The body of an answer."""
    local, local_port, remote, remote_port = key
    head = struct.pack("=BBBB", family, state, 0, 0) + struct.pack(">HH", local_port, remote_port)
    head += local.ljust(16, b"\0") + remote.ljust(16, b"\0") + bytes(12) + struct.pack("=IIIII", 0, 512, 4096, 1000, 9)
    value = value or info()
    return head + attribute(4, b"cubic\0") + attribute(2, value)


def attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


WHOLE = KernelTcp(
    5.0, 12.5, 2.5, 11.0, "cubic", 20, 14, 1448, 3, 1, 7, 4096, 512, 1_000_000, 900_000, True, 55, 1500.0, 20.0, 4.0, 80_000,
    4344,
)  # fmt: skip


def test_figures() -> None:
    """Every field, in its unit."""
    assert parse(answer(), KEY, 5.0) == WHOLE


def test_mapped_addresses_are_the_same_connection() -> None:
    """A dual-stack socket answers with its IPv4 ends mapped into IPv6 (RFC 4291 section 2.5.5.2)."""
    mapped = (bytes(10) + b"\xff\xff" + LOCAL, 80, bytes(10) + b"\xff\xff" + REMOTE, 50_000)
    assert parse(answer(family=socket.AF_INET6, key=mapped), KEY, 5.0) == WHOLE


def test_an_older_kernel_tells_less() -> None:
    """Linux 3 ends after the retransmissions, 4.4 before the delivery rate."""
    old = parse(answer(value=info(104)), KEY, 5.0)
    assert old is not None
    assert (old.retransmissions, old.pacing_rate, old.minimum_rtt, old.delivery_rate, old.busy) == (
        7,
        None,
        None,
        None,
        None,
    )
    newer = parse(answer(value=info(160)), KEY, 5.0)
    assert newer is not None
    assert (newer.pacing_rate, newer.minimum_rtt, newer.delivery_rate, newer.bytes_sent) == (1_000_000, 11.0, None, None)
    assert parse(answer(value=info(100)), KEY, 5.0) is None


def test_values_that_mean_none() -> None:
    """No loss yet, no limit, no measurement."""
    body = bytearray(info())
    struct.pack_into("=I", body, 76, NEVER)
    struct.pack_into("=I", body, 148, 0xFFFFFFFF)
    struct.pack_into("=Q", body, 104, (1 << 64) - 1)
    figures = parse(answer(value=bytes(body)), KEY, 5.0)
    assert figures is not None
    assert (figures.slow_start_threshold, figures.minimum_rtt, figures.pacing_rate) == (None, None, None)


@pytest.mark.parametrize(
    "body",
    [
        answer(state=10),
        answer(state=6),
        answer(key=(LOCAL, 80, REMOTE, 50_001)),
        answer(key=(LOCAL, 80, bytes(4), 0)),
        answer()[:70],
        answer()[:-4],
    ],
    ids=["listener", "time-wait", "other port", "no remote", "cut header", "cut figures"],
)
def test_answers_about_something_else(body: bytes) -> None:
    """A listener stands in for a connection that is gone; what is cut is not read."""
    assert parse(body, KEY, 5.0) is None


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    """Nothing raises."""
    for number, kind, body in answers_in(data):
        assert number >= 0
        assert kind in (2, 20)
        parse(body, KEY, 5.0)
    parse(data, KEY, 5.0)


def test_a_question_is_one_message() -> None:
    """Length, type and the number that its answer comes back with."""
    message = question(KEY, 7)
    assert struct.unpack_from("=IHHII", message) == (len(message), 20, 1, 7, 0)
    assert len(message) == 72


@pytest.mark.skipif(sys.platform != "linux", reason="sock_diag is Linux's")
def test_the_kernel_answers() -> None:
    """Both ends of real connections, more than fit into one message, and one that does not exist."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        pairs = []
        try:
            for _ in range(BATCH + 3):
                client = socket.create_connection(("127.0.0.1", port))
                pairs.append((client, server.accept()[0]))
            pairs[0][0].sendall(b"x" * 1000)
            assert pairs[0][1].recv(400) == b"x" * 400
            ends = [("127.0.0.1", one.getsockname()[1], "127.0.0.1", port) for one, _ in pairs]
            back = ("127.0.0.1", port, "127.0.0.1", ends[0][1])
            *told, other, nobody = ask([*ends, back, ("127.0.0.1", 1, "127.0.0.1", port)], 5.0)
            assert nobody is None
            assert all(one is not None and one.smoothed_rtt > 0 and one.congestion_window > 0 for one in told)
            first = told[0]
            assert first is not None
            assert other is not None
            assert (first.bytes_sent, other.receive_queue, first.segment_size > 500) == (1000, 600, True)
            usual = Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text(encoding="ascii").strip()
            assert first.congestion_control == usual
        finally:
            for pair in pairs:
                for one in pair:
                    one.close()
