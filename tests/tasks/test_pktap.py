"""A capture file whose packets name their processes (PKTAP), through the pipeline."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from netmon.capture.writer import PcapWriter, create
from netmon.model.connection import Connection
from netmon.model.frame import Frame
from netmon.model.owner import Match, ParentProcess

from ._files import NATIVE, make_pipeline, play

CLIENT, SERVER = bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2))


def packet(second: int, source: bytes, ports: tuple[int, int], payload: bytes, *process: object) -> Frame:
    """UDP over IPv4 over Ethernet behind a PKTAP header (libpcap's pcap/pktap.h)."""
    head = struct.pack("<III24sIIIIi20sIHHi20s", 156, 1, 1, b"en0", 2, 2, 14, 0, *process[:2], 0, 6, 0, *process[2:])
    ends = source + (SERVER if source == CLIENT else CLIENT)
    udp = struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + ends + udp
    data = head.ljust(156, b"\0") + bytes.fromhex("020000000002020000000001") + b"\x08\x00" + ip
    return Frame(1_700_000_000_000_000_000 + second * 10**9, len(data), data, 258, 0)


async def connections(path: Path, meter: str, **settings: object) -> list[Connection]:
    """What becomes of a file with three conversations."""
    output = PcapWriter(create(str(path)), str(path), 258)
    output.write(packet(0, CLIENT, (5000, 9), b"hello", 88, b"nsurlsessiond", 502, b"Mail"))
    output.write(packet(1, SERVER, (9, 5000), b"hello", 88, b"nsurlsessiond", 502, b"Mail"))
    output.write(packet(2, CLIENT, (5001, 9), b"hello", 77, b"curl", 77, b"curl"))
    output.write(packet(3, CLIENT, (5002, 9), b"hello", -1, b"", -1, b""))
    output.flush()
    output.close()
    return [event.connection for event in await play(path, make_pipeline(meter, **settings))]


@pytest.mark.parametrize("meter", ["reference", NATIVE])
@pytest.mark.parametrize("inspect", [True, False])
async def test_the_header_names_the_owner(tmp_path: Path, meter: str, inspect: bool) -> None:
    """With and without inspection of what they say; who is not named has nobody."""
    found = {one.source_port: one.owner for one in await connections(tmp_path / "mac.pcap", meter, inspect=inspect)}
    mail, curl = found[5000], found[5001]
    assert mail is not None and curl is not None and found[5002] is None
    assert (mail.process.pid, mail.process.name, mail.match) == (88, "nsurlsessiond", Match.KERNEL)
    assert mail.shared == (ParentProcess(502, "Mail"),)
    assert (curl.process.name, curl.shared) == ("curl", ())
