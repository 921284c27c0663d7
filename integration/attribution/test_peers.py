"""Both ends on one machine: over loopback, and in two network namespaces; with kernel events and from the tables alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lab import CLIENT4, PATIENCE, SERVER4, Host, Lab, end, wait_until
from netmon_run import Live
from test_attribution import why_not

pytestmark = pytest.mark.root
PORT = 4712
SERVER = f"""
import os, socket, sys
listener = socket.create_server((sys.argv[1], {PORT}))
while True:
    talk, _ = listener.accept()
    if os.fork():
        talk.close()
        continue
    while data := talk.recv(9):
        talk.sendall(data)
    os._exit(0)
"""
CLIENT = f"""
import socket, sys, time
talk = socket.create_connection((sys.argv[1], {PORT}))
for _ in range(int(sys.argv[2])):
    talk.sendall(b"x")
    talk.recv(9)
    time.sleep(0.5)
"""


@pytest.mark.parametrize("events", [True, False])
@pytest.mark.parametrize("inside", [True, False])
def test_who_is_at_the_other_end(network: Lab, inside: bool, events: bool) -> None:
    """A server that forks, and its client: its peer is the child that answers (from the tables: that or its parent)."""
    if reason := why_not():
        pytest.skip(reason)
    host: Host = network.client if inside else network.server
    address = "127.0.0.1" if inside else SERVER4
    server = host.start(sys.executable, "-S", "-c", SERVER, address)
    wait_until(lambda: host.listens(PORT), "the server")
    options = [] if events else ["--no-kernel-events"]
    live = Live(network.client, "-i", "lo" if inside else "veth0", "--show-localhost", "--no-resolve-dns", *options)
    client = network.client.start(sys.executable, "-S", "-c", CLIENT, address, "2" if events else "10")
    assert client.wait(60 * PATIENCE) == 0
    (found,) = live.stop().find(src_ip="127.0.0.1" if inside else CLIENT4, dst_port=PORT)
    end(server)
    assert found["process"]["pid"] == client.pid
    peer = found["peer_process"]
    assert "listener.accept" in peer["cmdline"]
    if events:
        assert peer["parents"][0]["pid"] == server.pid, peer
    else:
        assert server.pid in (peer["pid"], peer["parents"][0]["pid"]), peer
