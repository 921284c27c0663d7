"""What the kernel knows of its own ends, live: a reader that dawdles is what holds the sender up, and both ends say so."""

from __future__ import annotations

import pytest
from lab import SERVER4, Lab, end, wait_until
from netmon_run import PYTHON, Live

pytestmark = pytest.mark.root

PORT = 5999
DAWDLER = f"""
import socket, time
server = socket.create_server(("{SERVER4}", {PORT}))
one = server.accept()[0]
until = time.monotonic() + 6
while time.monotonic() < until and one.recv(5000):
    time.sleep(0.02)
"""
SENDER = f"""
import socket
one = socket.create_connection(("{SERVER4}", {PORT}))
one.settimeout(8)
try:
    for _ in range(200):
        one.sendall(bytes(65536))
except OSError:
    pass
"""


def test_a_slow_reader_holds_the_sender_up(network: Lab) -> None:
    """The figures of the sender's socket: its window, its queue, and that the receiver's window was the limit."""
    reader = network.server.start(PYTHON, "-c", DAWDLER)
    wait_until(lambda: network.server.listens(PORT), "the reader")
    live = Live(network.client, "-i", "veth0", "--no-resolve-dns", "--duration", "6")
    sender = network.client.start(PYTHON, "-c", SENDER)
    result = live.wait()
    for process in (sender, reader):
        end(process)
    (record,) = result.find(protocol="tcp", dst_port=PORT)
    figures = record["kernel_tcp"]
    assert record["first_seen"] < figures["seen"]
    assert figures["srtt_ms"] > 0
    assert figures["congestion_control"]
    assert figures["mss"] > 500
    assert figures["send_queue"] > 0
    assert figures["bytes_sent"] >= record["payload_out"] * 0.1
    assert figures["rwnd_limited_ms"] > 0.5 * figures["busy_ms"] > 0
