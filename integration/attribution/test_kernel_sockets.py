"""Sockets that the kernel makes for itself belong to no process, least of all to the one that had them made."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lab import CLIENT4, SERVER4, Lab, LabError
from netmon_run import Live
from test_attribution import why_not

pytestmark = pytest.mark.root
PORT = 4789
INSIDE = ("203.0.113.1", "203.0.113.2")


def test_a_tunnel_is_not_the_program_that_set_it_up(network: Lab) -> None:
    """VXLAN: `ip` makes the kernel open and bind the port, and is gone; what goes out may be known by who sent it inside."""
    if reason := why_not():
        pytest.skip(reason)
    live = Live(network.client, "-i", "veth0", "--no-resolve-dns")
    ends = ((network.client, SERVER4, INSIDE[0]), (network.server, CLIENT4, INSIDE[1]))
    try:
        for host, remote, address in ends:
            host.run("ip", "link", "add", "vx0", "type", "vxlan", "id", "5", "dstport", str(PORT), "remote", remote,
                     "dev", "veth0")  # fmt: skip
            host.run("ip", "addr", "add", f"{address}/24", "dev", "vx0")
            host.run("ip", "link", "set", "vx0", "up")
    except LabError as error:
        live.stop()
        pytest.skip(f"this kernel has no VXLAN: {error}")
    network.client.run("ping", "-c", "3", "-i", "0.2", INSIDE[1])
    for host, _, _ in ends:  # other tests have the same hosts, and these addresses
        host.run("ip", "link", "del", "vx0")
    tunnels = live.stop().find(protocol="udp", dst_port=PORT)
    incoming = [one for one in tunnels if one["src_ip"] == SERVER4]
    names = {one.get("process", {}).get("name") for one in tunnels}
    assert incoming
    assert names <= {None, "ping"}, names
    assert {one.get("process", {}).get("name") for one in incoming} == {None}
