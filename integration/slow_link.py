"""A link with distance: joins a device to a TAP device of this namespace and holds every packet back for a while.

usage: slow_link.py DEVICE TAP ADDRESS=MILLISECONDS...

What the network emulator of the kernel would do (tc-netem), for kernels built without it. Half of an address's time is
added each way to packets from and to it; the rest passes at once. A packet socket on one side, the TAP descriptor on the
other, one heap of what waits.
"""

import fcntl
import heapq
import ipaddress
import os
import select
import socket
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
ETH_P_ALL = 3
PACKET_OUTGOING = 4


def address_of(frame: bytes, source: bool) -> bytes:
    """The source or destination address of an IPv4 or IPv6 packet; empty for anything else."""
    kind = frame[12:14]
    if kind == b"\x08\x00":
        return frame[26:30] if source else frame[30:34]
    if kind == b"\x86\xdd":
        return frame[22:38] if source else frame[38:54]
    return b""


def join(device: str, name: str, delays: dict[bytes, float]) -> None:
    """Forward until ended."""
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    wire.bind((device, ETH_P_ALL))
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    waiting: list[tuple[float, int, bool, bytes]] = []
    number = 0
    while True:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, out, frame = heapq.heappop(waiting)
            try:
                if out:
                    wire.send(frame)
                else:
                    os.write(tap, frame)
            except OSError:  # a full queue loses packets, as queues do
                pass
        ready, _, _ = select.select([wire, tap], [], [], max(0.0, waiting[0][0] - now) if waiting else None)
        now = time.monotonic()
        for end in ready:
            out = end == tap
            if out:
                frame = os.read(tap, 65536)
            else:
                frame, (_, _, kind, *_) = wire.recvfrom(65536)
                if kind == PACKET_OUTGOING:
                    continue
            number += 1
            heapq.heappush(waiting, (now + delays.get(address_of(frame, out), 0.0) / 2, number, out, frame))


if __name__ == "__main__":
    pairs = [word.partition("=") for word in sys.argv[3:]]
    join(*sys.argv[1:3], {ipaddress.ip_address(at).packed: float(late) / 1000 for at, _, late in pairs})
