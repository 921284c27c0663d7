"""Live capture for real: on loopback and on virtual interfaces in a network namespace of its own.

Every test runs a small program inside ``unshare --net``: the namespace is gone when the program ends.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest
from lab import PATIENCE, ROOT, Lab

PRELUDE = """
import json, select, socket, subprocess, sys, time
from netmon.capture.contract import Sink
from netmon.capture.live import open_live
from netmon.errors import CaptureError

receivers = {}
def ip(*words): subprocess.run(["ip", *words], check=True)
def send(port, count, to="127.0.0.1"):
    if to == "127.0.0.1" and port not in receivers:  # without a receiver every packet brings an ICMP error
        receivers[port] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        receivers[port].bind((to, port))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(count): sender.sendto(bytes(number % 50), (to, port))
def wait(source): assert select.select([source], [], [], PATIENCE * 5)[0], "nothing came in time"
def drain(source, got, limit=1000):
    wait(source)
    return source.drain(Sink(got.extend), limit)
def answer(**values): print(json.dumps(values))
ip("link", "set", "lo", "up")
"""


def problem() -> str:
    if not sys.platform.startswith("linux"):
        return "network namespaces are Linux's"
    if os.geteuid() != 0:
        return "needs root"
    if not (shutil.which("unshare") and shutil.which("ip")):
        return "needs unshare (util-linux) and ip (iproute2)"
    done = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"no network namespaces here: {done.stderr.strip()}"


pytestmark = [pytest.mark.root, pytest.mark.skipif(bool(problem()), reason=problem() or "-")]


def run(program: str) -> dict[str, Any]:
    """The last line that ``program`` prints inside its own namespace."""
    done = subprocess.run(
        ["unshare", "--net", sys.executable, "-c", f"PATIENCE = {PATIENCE}" + PRELUDE + program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60 * PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_frames_arrive_bounded_with_nanoseconds_and_wire_length() -> None:
    """A drain delivers at most its limit; the snap length cuts the data, not the wire length."""
    got = run("""
source = open_live("lo", snap_length=60, index=3)
before = time.time_ns()
send(9999, 10)
got = []
first = drain(source, got, 4)
while len(got) < 10: drain(source, got)
nothing = source.drain(Sink(got.extend), 1000)
frame = got[9]
stats = source.statistics()
source.close(); source.close()
answer(first=first, total=len(got), nothing=nothing, link=frame.link_type, wire=frame.wire_length, data=len(frame.data),
       index=frame.interface, late=(frame.timestamp_ns - before) / 1e9, nanosecond=source.nanosecond,
       received=stats.received, kept=source.statistics().received)
""")
    late = got.pop("late")
    assert 0 <= late < 5 * PATIENCE
    assert got.pop("kept") == got.pop("received") >= 10
    assert got == {
        "first": 4,
        "total": 10,
        "nothing": 0,
        "link": 1,
        "wire": 51,
        "data": 51,
        "index": 3,
        "nanosecond": True,
    }


def test_any_says_which_interface() -> None:
    """On ``any`` frames have the SLL2 header, whose interface index SLL lacks."""
    got = run("""
source = open_live("any")
send(9999, 1)
got = []
drain(source, got)
answer(link=source.interface.link_type, index=int.from_bytes(got[0].data[4:8], "big"), lo=socket.if_nametoindex("lo"))
""")
    assert got["link"] == 276
    assert got["index"] == got["lo"]


def test_the_capture_filter_works_and_its_errors_are_libpcaps() -> None:
    """Only what the filter lets through arrives; a wrong expression is one line with libpcap's words."""
    got = run("""
source = open_live("lo")
program, function = source.compile_filter("udp port 7777")
send(9999, 5); send(7777, 2)
got = []
drain(source, got)
while source.drain(Sink(got.extend), 10): pass
try: source.compile_filter("udp prot 7777")
except CaptureError as error: text = str(error)
answer(count=len(got), valid=bool(program and function), text=text)
""")
    assert got["count"] == 2
    assert got["valid"]
    assert got["text"].startswith("capture filter 'udp prot 7777': ")
    assert "syntax error" in got["text"]
    assert "\n" not in got["text"]


def test_a_c_handler_gets_every_frame_and_feed_none() -> None:
    """The sink's ``pcap_handler`` and its user pointer go straight to libpcap; ``feed`` is not called."""
    got = run("""
import ctypes
seen = ctypes.c_uint64(0)
handler = ctypes.CFUNCTYPE(None, ctypes.POINTER(ctypes.c_uint64), ctypes.c_void_p, ctypes.c_void_p)
def count(user, header, data): user[0] += 1
callback = handler(count)
def never(frames): raise AssertionError("feed was called")
sink = Sink(never, ctypes.cast(callback, ctypes.c_void_p).value, ctypes.addressof(seen))
source = open_live("lo")
send(9999, 6)
total = 0
while total < 6:
    wait(source)
    total += source.drain(sink, 4)
answer(total=total, seen=seen.value)
""")
    assert got == {"total": 6, "seen": 6}


def test_link_down_survives_and_a_deleted_interface_is_named() -> None:
    """Down and up again: capture goes on. Deleted: a CaptureError with its name, kept in the statistics."""
    got = run("""
ip("link", "add", "nmcap0", "type", "veth", "peer", "name", "nmcap1")
ip("address", "add", "192.0.2.1/24", "dev", "nmcap0")
for name in ("nmcap0", "nmcap1"): ip("link", "set", name, "up")
ip("neighbour", "add", "192.0.2.9", "lladdr", "02:00:00:00:00:09", "dev", "nmcap0")
source = open_live("nmcap0")
source.compile_filter("udp port 9999")
ip("link", "set", "nmcap0", "down")
got = []
for _ in range(3):
    select.select([source], [], [], 0.1)
    source.drain(Sink(got.extend), 100)
ip("link", "set", "nmcap0", "up")
ip("neighbour", "replace", "192.0.2.9", "lladdr", "02:00:00:00:00:09", "dev", "nmcap0")
send(9999, 3, "192.0.2.9")
while len(got) < 3: drain(source, got)
ip("link", "delete", "nmcap0")
text = ""
for _ in range(50):
    select.select([source], [], [], 0.1)
    try: source.drain(Sink(got.extend), 100)
    except CaptureError as error: text = str(error); break
stats = source.statistics()
source.close()
answer(got=len(got), text=text, problem=stats.problem)
""")
    assert got["got"] == 3
    assert got["text"].startswith("nmcap0: ")
    assert got["problem"] == got["text"]


def test_an_interface_that_is_down_or_forbidden() -> None:
    """Down and forbidden are told apart; the latter ends with what to type."""
    got = run("""
import os
ip("link", "add", "nmcap0", "type", "veth", "peer", "name", "nmcap1")
def refusal(name):
    try: open_live(name)
    except CaptureError as error: return [type(error).__name__, str(error)]
down = refusal("nmcap0")
if os.fork() == 0:
    os.setgroups([]); os.setuid(65534)
    answer(down=down, forbidden=refusal("lo"), missing=refusal("nothing0"))
    sys.stdout.flush(); os._exit(0)
os.wait()
""")
    assert got["down"] == ["CaptureError", "nmcap0: the interface is down"]
    assert got["forbidden"][0] == "CapturePermissionError"
    assert got["forbidden"][1].startswith("lo: this user may not capture; run netmon with sudo, or allow this Python")
    assert "to capture: sudo setcap cap_net_raw,cap_net_admin,cap_bpf,cap_perfmon=eip /" in got["forbidden"][1]
    assert got["missing"][1].startswith("nothing0: no such interface; there are: ")


SWALLOWED = """
import os, socket, subprocess
from netmon.capture.live import open_live
source = open_live("gone0", index=0, snap_length=262144, buffer_size=1)
print(source.gone)
subprocess.run(["ip", "link", "del", "gone0"], check=True)
with socket.socket(fileno=os.dup(source.fileno())) as other:
    print(os.strerror(other.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)))
    print(other.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), source.gone)
"""


def test_an_interface_that_has_gone_says_so_once(network: Lab) -> None:
    """Whoever asks the socket first hears it; whether the interface is there can be asked again and again."""
    host = network.client
    host.run("ip", "link", "add", "gone0", "type", "veth", "peer", "name", "gone1")
    host.run("ip", "link", "set", "gone0", "up")
    told = host.run(sys.executable, "-P", "-c", SWALLOWED).split("\n")
    assert told[:3] == ["False", "Network is down", "0 True"]
