"""Countries, cities and networks out of MaxMind DB files that are made here: in JSON, as filters, on the screen."""

from __future__ import annotations

import socket
import struct
import sys

import mmdb
import pytest
from netmon_run import replay
from pseudo_terminal import Session

HERE, THERE = "2e00:10::15", {"2e00:20::5": ("NL", "Amsterdam"), "2e00:30::6": ("JP", "Tokyo"), "2e00:50::7": ("", "")}
"""Nobody has 2e00::/16: it is not allocated."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """A capture of a segment to each, and the options that name the two files."""
    folder = tmp_path_factory.mktemp("places")
    records = b""
    for number, address in enumerate(THERE):
        ends = socket.inet_pton(socket.AF_INET6, HERE) + socket.inet_pton(socket.AF_INET6, address)
        tcp = struct.pack("!HHIIBBHHH", 50_000 + number, 443, 1, 0, 0x50, 2, 65_535, 0, 0)
        packet = bytes(12) + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(tcp), 6, 64) + ends + tcp
        records += struct.pack("<IIII", 1_700_000_000, number, len(packet), len(packet)) + packet
    capture = folder / "three.pcap"
    capture.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1) + records)
    city = {"2e00:20::/32": mmdb.city("NL", "Netherlands", "Amsterdam"), "2e00:30::/32": mmdb.city("JP", "Japan", "Tokyo")}
    asn = {"2e00:20::/32": mmdb.system(64_500, "Example Hosting"), "2e00:30::/32": mmdb.system(64_501, "Example CDN")}
    return (
        str(capture),
        "--geoip-city", str(mmdb.write(folder / "city.mmdb", "City", city)),
        "--geoip-asn", str(mmdb.write(folder / "asn.mmdb", "ASN", asn)),
    )  # fmt: skip


def test_records(files: tuple[str, ...]) -> None:
    """Each address where its network is; one that no file has is nowhere; the filters know."""
    places = {one["dst_ip"]: one.get("dst_place", {}) for one in replay(*files).connections.values()}
    assert {ip: (place.get("country", ""), place.get("city", "")) for ip, place in places.items()} == THERE
    assert places["2e00:20::5"]["asn"] == 64_500
    for text, wanted in (("country:jp", "2e00:30::6"), ("asn:64500", "2e00:20::5"), ("city:amsterdam", "2e00:20::5")):
        found = replay(*files, "--filter", text).connections.values()
        assert [one["dst_ip"] for one in found] == [wanted]


def test_screen(files: tuple[str, ...]) -> None:
    """Two letters in the table, all of it in Details, rows by country."""
    session = Session((140, 40), [sys.executable, "-P", "-m", "netmon", "-r", *files])
    try:
        session.until(lambda: session.shows(":443 NL")() and session.shows(":443 JP")())
        session.send(b"/country:nl\r")
        session.until(session.shows("1 of 3"))
        session.send(b"\r")
        session.until(session.shows("Amsterdam, Netherlands"))
        assert session.shows("AS64500 Example Hosting")()
    finally:
        session.close()
