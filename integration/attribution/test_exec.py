"""A client that becomes another program (exec) while its connection is open: the connection bears that program's name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lab import CLIENT4, PATIENCE, SERVER4, Lab, end, wait_until
from netmon_run import Live
from test_attribution import why_not

pytestmark = pytest.mark.root
PORT = 4711
SERVER = f"""
import socket
talk, _ = socket.create_server(('{SERVER4}', {PORT})).accept()
while talk.recv(9):
    pass
"""
BEFORE = f"""
import os, socket, sys, time
talk = socket.create_connection(("{SERVER4}", {PORT}))
talk.set_inheritable(True)
time.sleep(1)
os.execv(sys.executable, [sys.executable, "-S", sys.argv[1], str(talk.fileno()), sys.argv[2]])
"""
AFTER = """
import os, sys, time
for _ in range(int(sys.argv[2])):
    os.write(int(sys.argv[1]), b"x")
    time.sleep(1)
"""


def test_the_program_it_became(network: Lab) -> None:
    """Interpreter, parent and start time stay the same, the script is another; it talks on, so the next scan comes soon."""
    if reason := why_not():
        pytest.skip(reason)
    before, after = network.folder / "before.py", network.folder / "after.py"
    before.write_text(BEFORE)
    after.write_text(AFTER)
    server = network.server.start(sys.executable, "-S", "-c", SERVER)
    wait_until(lambda: network.server.listens(PORT), "the server")
    live = Live(network.client, "-i", "veth0", "--no-resolve-dns")
    client = network.client.start(sys.executable, "-S", str(before), str(after), f"{7 * PATIENCE:.0f}")
    assert client.wait(60 * PATIENCE) == 0
    result = live.stop()
    end(server)
    (found,) = result.find(src_ip=CLIENT4, dst_ip=SERVER4, dst_port=PORT)
    process = found["process"]
    assert (process["pid"], process["script"]) == (client.pid, "after.py"), process
    assert str(after) in process["cmdline"]
