"""Who is on the link (features 6.3): told by the kernel and heard in packets, with the maker of the card."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import SERVER4, SERVER6, Lab, lab, wait_until
from lab_needs import why_no_lab
from pseudo_terminal import Session

ARP_REPLY = bytes.fromhex("0806 0001 0800 0604 0002")
"""What an answer begins with, from the Ethernet type on (RFC 826)."""
CARD = "b8:27:eb:4c:07:31"
"""Of a maker the IEEE's list names."""


@pytest.fixture(scope="module")
def link() -> Iterator[Lab]:
    """Two hosts of which one has that card."""
    reason = why_no_lab()
    if reason:
        pytest.skip(reason)
    with lab() as it:
        it.server.run("ip", "link", "set", "veth0", "address", CARD)
        yield it


def lines_with(session: Session, address: str) -> list[str]:
    """What is said of an address below the header of the list."""
    lines = session.screen.display
    first = next((number for number, line in enumerate(lines) if line.startswith(" NEIGHBOUR")), len(lines))
    return [line for line in lines[first + 1 :] if address in line.replace("▌", " ").split()]


def test_live(link: Lab) -> None:
    """The gateway is reachable, with its card and maker, in both families; who does not answer is told, too; Enter shows the
    conversations."""
    client = link.client
    client.run("ip", "neigh", "flush", "all")
    session = Session((120, 40), client.command(sys.executable, "-P", "-m", "netmon", "-i", "veth0", "--no-resolve-dns"))
    try:
        session.until(lambda: "coverage" in "\n".join(session.screen.display))
        gone = ".".join((*SERVER4.split(".")[:3], "200"))
        for address in (SERVER4, SERVER6):
            client.start("ping", "-n", "-i", "0.3", address)
        client.start("ping", "-n", "-i", "0.3", gone)
        session.send(b"3i")
        session.until(lambda: any("● reachable" in line for line in lines_with(session, SERVER4)))
        session.until(lambda: any("● reachable" in line for line in lines_with(session, SERVER6)))
        (four,), (six,) = lines_with(session, SERVER4), lines_with(session, SERVER6)
        assert "gateway" in four
        for line in (four, six):
            assert CARD in line
            assert "Raspberry" in line
            assert "veth0" in line
        session.until(lambda: any("failed" in line or "incomplete" in line for line in lines_with(session, gone)))
        session.send(b"G")
        session.until(lambda: any(line.startswith("▌") for line in lines_with(session, gone)))
        session.send(b"\r")
        session.until(lambda: "who has" in "\n".join(session.screen.display) and gone in session.screen.display[-1])
    finally:
        session.close()


def test_in_a_file(link: Lab, tmp_path: Path) -> None:
    """A recording of nothing but ARP names both ends; the address that was asked of all is nobody's card."""
    client = link.client
    path = tmp_path / "arp.pcap"
    recorder = client.start("tcpdump", "-i", "veth0", "-U", "-w", str(path), "arp")
    wait_until(lambda: client.packet_sockets() > 0, "tcpdump")
    client.run("ip", "neigh", "flush", "all")
    client.run("ping", "-n", "-c", "1", SERVER4)
    wait_until(lambda: path.exists() and ARP_REPLY in path.read_bytes(), "ARP's answer")
    recorder.terminate()
    recorder.wait(5)
    session = Session((120, 40), [sys.executable, "-P", "-m", "netmon", "-r", str(path)])
    try:
        session.until(lambda: "end of the file" in "\n".join(session.screen.display))
        session.send(b"3")
        session.until(lambda: "neighbours" in session.screen.display[-1])
        session.send(b"i")
        session.until(lambda: len(lines_with(session, SERVER4)) == 1)
        assert CARD in lines_with(session, SERVER4)[0]
        assert "○ heard" in lines_with(session, SERVER4)[0]
        assert not session.shows("ff:ff:ff:ff:ff:ff")()
    finally:
        session.close()
