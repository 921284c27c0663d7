"""A VLAN interface in user space, for kernels without the 8021q module: a TAP device whose frames are tagged on a trunk.

usage: vlan_link.py TRUNK NAME ID        creates the TAP device NAME and runs until it is ended
"""

import fcntl
import os
import select
import socket
import struct
import sys

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
ETH_P_ALL = 0x0003
SOL_PACKET, PACKET_AUXDATA = 263, 8
AUXDATA = struct.Struct("=IIIHHHH")
TP_STATUS_VLAN_VALID = 0x10
PACKET_OUTGOING = 4


def main(trunk: str, name: str, number: int) -> None:
    """Carry frames both ways: tagged on the trunk, untagged on the TAP device."""
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    wire.bind((trunk, ETH_P_ALL))
    wire.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    tag = struct.pack("!HH", 0x8100, number)
    while True:
        ready, _, _ = select.select([tap, wire], [], [])
        if tap in ready:
            frame = os.read(tap, 65_535)
            wire.send(frame[:12] + tag + frame[12:])
        if wire in ready:
            frame, extra, _, source = wire.recvmsg(65_535, socket.CMSG_SPACE(AUXDATA.size))
            if source[2] == PACKET_OUTGOING or not extra:
                continue
            status, *_, tci, _ = AUXDATA.unpack(extra[0][2])
            if status & TP_STATUS_VLAN_VALID and tci & 0xFFF == number:
                os.write(tap, frame)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
