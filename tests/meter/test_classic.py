"""A filter translated for the kernel decides as libpcap's own interpreter does, packet by packet."""

from __future__ import annotations

import ctypes
import random
import struct

import pytest

from netmon.capture._offline_filter import compile_for
from netmon.capture._pcap import free_program, library
from netmon.meter.classic import Instruction, extended, instructions

from . import _kernel
from ._packets import A6, ACK, B6, SYN, ethernet, frame, icmp_echo, ip4, ip6, tcp, udp

LINKTYPE_RAW = 101
TAKE_ALL = struct.pack("=BBhiBBhi", 0xB7, 0, 0, 1, 0x95, 0, 0, 0)
"""r0 = 1; exit"""
EXPRESSIONS = (
    "tcp",
    "udp port 53",
    "host 192.0.2.1 and not tcp",
    "net 192.0.2.0/24 and (udp or icmp)",
    "tcp[tcpflags] & tcp-syn != 0",
    "ip6",
    "port 80 or port 443",
    "portrange 1-1024",
    "greater 100",
    "less 60",
    "ip[0] & 0xf != 5",
    "tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420",
    "ip[2:2] / ip[8] > 0",
    "ip[2:2] % (ip[9] - 1) = 1",
    "ip[4:2] * 3 - 1 > ip[2:2] | 5",
    "ip proto 47",
)


def packets() -> list[bytes]:
    """Network packets of several kinds, some too short for what a filter looks at."""
    source = random.Random(1)
    made = []
    for _ in range(200):
        a, b = f"192.0.2.{source.randrange(1, 4)}", f"198.51.100.{source.randrange(1, 4)}"
        ports = (source.choice((53, 80, 443, 50_000)), source.choice((53, 80, 443, 1000)))
        payload = source.choice((b"", b"GET / HTTP/1.1", bytes(source.randrange(200))))
        made += [
            ip4(a, b, 17, udp(*ports, payload), ident=source.randrange(65_536)),
            ip4(b, a, 6, tcp(ports, source.choice((SYN, ACK, SYN | ACK)), 5, 6, payload)),
            ip6(A6, B6, 17, udp(*ports, payload)),
            ip4(a, b, 1, icmp_echo(8, 7), options=source.choice((0, 4))),
            ip4(a, b, source.choice((47, 17, 6, 1)), bytes(source.randrange(1, 60))),
        ]
    return made


@pytest.mark.skipif(bool(_kernel.missing()), reason=_kernel.missing() or "-")
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_decides_as_libpcap(expression: str) -> None:
    """Refused or handed on to the next program, which takes everything here."""
    from netmon.meter.kernel_filter import _load, _program_array

    program = compile_for(LINKTYPE_RAW, expression)
    address = ctypes.addressof(program)
    count = ctypes.c_uint32.from_address(address).value
    first = ctypes.c_void_p.from_address(address + ctypes.sizeof(ctypes.c_void_p)).value
    assert first
    take_all = _load(TAKE_ALL)
    chain = _load(extended(instructions(ctypes.string_at(first, 8 * count)), _program_array(take_all)))
    decide = library().pcap_offline_filter
    decide.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)
    answers = set()
    for packet in packets():
        header = _kernel._Header(0, 0, len(packet), len(packet))
        wanted = bool(decide(address, ctypes.addressof(header), packet))
        whole = frame(ethernet(packet, 0x86DD if packet[0] >> 4 == 6 else 0x0800), 0)
        assert bool(_kernel.run(chain, whole)) == wanted, packet.hex()
        answers.add(wanted)
    free_program(program)
    assert len(answers) == 2


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ([], "no instructions"),
        ([Instruction(0x20, 0, 0, 0xFFFFF000 + 52)], "ancillary load 52"),
        ([Instruction(0x15, 9, 0, 1), Instruction(6, 0, 0, 1)], "leads out of"),
        ([Instruction(0x60, 0, 0, 16)], "no place 16"),
        ([Instruction(0xA0, 0, 0, 0)], "load 0xa0"),
        ([Instruction(0xB4, 0, 0, 0)], "operation 0xb4"),
        ([Instruction(0x55, 0, 0, 0)], "jump 0x55"),
        ([Instruction(6, 0, 0, 1)] * 5000, "too many"),
    ],
)
def test_what_has_no_counterpart(program: list[Instruction], problem: str) -> None:
    """One clear error, so that the native meter can take over."""
    with pytest.raises(ValueError, match=problem):
        extended(program, 3)
