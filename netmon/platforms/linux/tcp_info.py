"""What the kernel knows of its own TCP sockets: sock_diag(7) asked for exact tuples, with ``INET_DIAG_INFO``.

Needs no right; knows the network namespace netmon runs in. In: the two ends of connections. Out: figures, ``None`` where
there is no such connection. Rules: an answer about another socket (a listener stands in for what is gone) is none; older
kernels have a shorter ``struct tcp_info``, whose missing end is told as not known; lengths are never believed unchecked.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Iterator, Sequence

from netmon.errors import PlatformError
from netmon.model.kernel_tcp import KernelTcp
from netmon.platforms.contract import Ends

from . import netlink
from .netlink import NLM_F_REQUEST, NLMSG_ERROR
from .proc_net import unmapped
from .sock_diag import MESSAGE, NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, TIMEOUT

INET_DIAG_INFO, INET_DIAG_CONG = 2, 4
BATCH = 32
"""Questions in one message; their answers fit into the default receive buffer of a netlink socket."""
CONNECTED = frozenset({1, 2, 3, 4, 5, 8, 9, 11})
"""States (netinet/tcp.h) of sockets that carry a connection and its figures: not TIME_WAIT, CLOSE, LISTEN, and so on."""
TCP = 6
SHORTEST = 104
"""Of ``struct tcp_info``, up to ``tcpi_total_retrans``: Linux 2.6."""
_EXTENSIONS = 1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_CONG - 1)
_REQUEST = struct.Struct("=BBBxI")
_PORTS = struct.Struct(">HH")
_NO_COOKIE = struct.pack("=III", 0, 0xFFFFFFFF, 0xFFFFFFFF)
_QUEUES = struct.Struct("=II")
_NEVER = 0x7FFFFFFF
_UNLIMITED = (1 << 64) - 1
_UNTOLD = 0xFFFFFFFF
Key = tuple[bytes, int, bytes, int]


def ask(ends: Sequence[Ends], now: float) -> list[KernelTcp | None]:
    """The figures of each connection between a local and a remote end. Raises ``PlatformError`` when refused."""
    found: list[KernelTcp | None] = []
    try:
        with netlink.opened(NETLINK_SOCK_DIAG, TIMEOUT) as channel:
            for start in range(0, len(ends), BATCH):
                found += _batch(channel, [_key(one) for one in ends[start : start + BATCH]], now)
    except OSError as error:
        raise PlatformError(error.strerror or str(error)) from error
    return found


def _key(ends: Ends) -> Key:
    local, local_port, remote, remote_port = ends
    family = socket.AF_INET6 if ":" in local else socket.AF_INET
    return socket.inet_pton(family, local), local_port, socket.inet_pton(family, remote), remote_port


def _batch(channel: socket.socket, keys: Sequence[Key], now: float) -> list[KernelTcp | None]:
    """Raises ``OSError``."""
    channel.send(b"".join(question(key, number) for number, key in enumerate(keys)))
    found: list[KernelTcp | None] = [None] * len(keys)
    missing = len(keys)
    while missing > 0:
        part = channel.recv(65_536)
        answers = list(answers_in(part))
        if not answers:
            raise OSError(errno.EBADMSG, os.strerror(errno.EBADMSG))
        for number, kind, body in answers:
            missing -= 1
            if number >= len(keys):
                continue
            if kind == SOCK_DIAG_BY_FAMILY:
                found[number] = parse(body, keys[number], now)
            elif (code := netlink.error_of(body)) not in (0, errno.ENOENT, errno.ESTALE):
                raise OSError(code, os.strerror(code))
    return found


def question(key: Key, number: int) -> bytes:
    """A netlink message that asks about one connection (``struct inet_diag_req_v2``)."""
    local, local_port, remote, remote_port = key
    family = socket.AF_INET if len(local) == 4 else socket.AF_INET6
    body = (
        _REQUEST.pack(family, TCP, _EXTENSIONS, 0xFFFFFFFF)
        + _PORTS.pack(local_port, remote_port)
        + local.ljust(16, b"\0")
        + remote.ljust(16, b"\0")
        + _NO_COOKIE
    )
    return netlink.request(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, body, number)


def answers_in(part: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Number, kind and body of the answers in what was received; ends where a length is wrong."""
    for kind, number, body in netlink.messages(part):
        if kind in (SOCK_DIAG_BY_FAMILY, NLMSG_ERROR):
            yield number, kind, body


def parse(body: bytes, key: Key, now: float) -> KernelTcp | None:
    """The figures in an answer (``struct inet_diag_msg`` and attributes) about the connection that was asked for."""
    if len(body) < MESSAGE or body[1] not in CONNECTED:
        return None
    local_port, remote_port = _PORTS.unpack_from(body, 4)
    size = 4 if body[0] == socket.AF_INET else 16
    if (unmapped(body[8 : 8 + size]), local_port, unmapped(body[24 : 24 + size]), remote_port) != key:
        return None
    info, congestion = b"", ""
    position = MESSAGE
    for kind, value in netlink.attributes(body, position):
        if kind == INET_DIAG_INFO:
            info = value
        elif kind == INET_DIAG_CONG:
            congestion = value.rstrip(b"\0").decode("ascii", "replace")
        position += (len(value) + 7) & ~3
    if position + 4 <= len(body):  # a wrong length ended it
        return None
    if len(info) < SHORTEST:
        return None
    return _figures(info, congestion, _QUEUES.unpack_from(body, 56), now)


def _figures(info: bytes, congestion: str, queues: tuple[int, int], now: float) -> KernelTcp:
    def word(at: int) -> int:
        value: int = struct.unpack_from("=I", info, at)[0]
        return value

    def later(at: int, code: str = "Q") -> int | None:
        """A field that older kernels do not have."""
        return struct.unpack_from("=" + code, info, at)[0] if len(info) >= at + (8 if code == "Q" else 4) else None

    pacing, least, threshold = later(104), later(148, "I"), word(76)
    busy, window, buffer = later(168), later(176), later(184)
    return KernelTcp(
        seen=now,
        smoothed_rtt=word(68) / 1000,
        rtt_variation=word(72) / 1000,
        minimum_rtt=None if least is None or least == _UNTOLD else least / 1000,
        congestion_control=congestion,
        congestion_window=word(80),
        slow_start_threshold=None if threshold >= _NEVER else threshold,
        segment_size=word(16),
        in_flight=word(24),
        lost=word(32),
        retransmissions=word(100),
        receive_queue=queues[0],
        send_queue=queues[1],
        pacing_rate=None if pacing == _UNLIMITED else pacing,
        delivery_rate=later(160),
        application_limited=bool(info[7] & 1),
        delivered=later(192, "I"),
        busy=None if busy is None else busy / 1000,
        window_limited=None if window is None else window / 1000,
        buffer_limited=None if buffer is None else buffer / 1000,
        bytes_sent=later(200),
        bytes_retransmitted=later(208),
    )
