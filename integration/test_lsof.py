"""lsof, the program macOS has, run here on sockets of this process: what it prints is read as what they are."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import ExitStack

import pytest

from netmon.model.owner import SocketEntry
from netmon.platforms.darwin.lsof import COMMAND, parse

LSOF = shutil.which("lsof", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin")
pytestmark = pytest.mark.skipif(LSOF is None, reason="lsof is not installed")
HERE, HERE6 = socket.inet_aton("127.0.0.1"), socket.inet_pton(socket.AF_INET6, "::1")


def read() -> set[SocketEntry]:
    """This process's sockets, as lsof tells them."""
    command = [str(LSOF), *COMMAND[1:], "-a", "-p", str(os.getpid())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return set(parse(done.stdout))


def test_sockets_of_this_process() -> None:
    """Both families, both protocols: listening, connected from either side, bound, and nothing more."""
    before = read()
    with ExitStack() as stack:

        def opened(family: int, kind: int) -> socket.socket:
            return stack.enter_context(socket.socket(family, kind))

        listener, six = opened(socket.AF_INET, socket.SOCK_STREAM), opened(socket.AF_INET6, socket.SOCK_STREAM)
        listener.bind(("127.0.0.1", 0))
        six.bind(("::", 0))
        listener.listen()
        six.listen()
        port, port6 = listener.getsockname()[1], six.getsockname()[1]
        client, client6 = opened(socket.AF_INET, socket.SOCK_STREAM), opened(socket.AF_INET6, socket.SOCK_STREAM)
        client.connect(("127.0.0.1", port))
        client6.connect(("::1", port6))
        for server in (listener, six):
            stack.enter_context(server.accept()[0])
        own, own6 = client.getsockname()[1], client6.getsockname()[1]
        bound, connected = opened(socket.AF_INET, socket.SOCK_DGRAM), opened(socket.AF_INET6, socket.SOCK_DGRAM)
        bound.bind(("0.0.0.0", 0))
        connected.connect(("::1", port6))
        again = stack.enter_context(client.dup())  # held twice, shown once
        pid, uid = os.getpid(), os.getuid()
        assert again.fileno() != client.fileno()
        assert read() - before == {
            SocketEntry(6, HERE, port, b"", 0, "LISTEN", pid, uid),
            SocketEntry(6, HERE, own, HERE, port, "ESTABLISHED", pid, uid),
            SocketEntry(6, HERE, port, HERE, own, "ESTABLISHED", pid, uid),
            SocketEntry(6, bytes(16), port6, b"", 0, "LISTEN", pid, uid, dual_stack=True),
            SocketEntry(6, HERE6, own6, HERE6, port6, "ESTABLISHED", pid, uid),
            SocketEntry(6, HERE6, port6, HERE6, own6, "ESTABLISHED", pid, uid),
            SocketEntry(17, bytes(4), bound.getsockname()[1], b"", 0, "", pid, uid),
            SocketEntry(17, HERE6, connected.getsockname()[1], HERE6, port6, "", pid, uid),
        }
