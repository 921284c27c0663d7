"""Kernel events on the kernel the test runs on (as root), and what is left of them with less."""

from __future__ import annotations

import errno
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netmon.bpf import BTF, BpfError, BpfObject, version
from netmon.model.owner import SocketEvent, SocketEventKind
from netmon.platforms.linux import hooks
from netmon.platforms.linux.event_processes import EventProcesses
from netmon.platforms.linux.hooks import CGROUP, OBJECT, SEED, STATES, TRACING, attach, cgroup_root
from netmon.platforms.linux.kernel_events import KernelEvents
from netmon.platforms.linux.processes import ProcessReader

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")
OLD = sys.platform.startswith("linux") and version(os.uname().release) < (5, 11)
"""Without the tracepoints and the iterator."""
needs_kernel = pytest.mark.skipif(
    not OBJECT.exists() or os.geteuid() != 0 or not Path(BTF).exists(), reason="needs root, BTF and the compiled object"
)


def opened(**options: object) -> KernelEvents:
    """Attached to this kernel, or the test is skipped with the kernel's reason."""
    try:
        found = attach(**options)  # type: ignore[arg-type]
    except BpfError as error:
        pytest.skip(str(error))
    return KernelEvents(found, EventProcesses(ProcessReader()), Path("/proc/self/ns/net").stat().st_ino)


@pytest.fixture
def events() -> Iterator[KernelEvents]:
    """As good as it gets here."""
    found = opened()
    yield found
    found.close()
    found.close()


def mine(events: KernelEvents) -> list[SocketEvent]:
    """The events of this process."""
    select.select([events.fileno()], [], [], 2.0)
    return [one for one in events.drain() if one.process.pid == os.getpid()]


def talk() -> tuple[int, int]:
    """A connection over loopback and a datagram; the ports they were sent from."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        port = client.getsockname()[1]
        server.accept()[0].close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", 9))
        return port, sender.getsockname()[1]


@needs_kernel
def test_a_connection_and_a_datagram(events: KernelEvents) -> None:
    """Both are told with this process, its tuple and its time; nothing is lost. Before 5.11 the datagram is not: said."""
    stream, datagram = talk()
    found = {(one.kind, one.protocol, one.local_port): one for one in mine(events)}
    one = found[SocketEventKind.OPENED, 6, stream]
    assert (one.local, one.remote, one.foreign) == (bytes([127, 0, 0, 1]), bytes([127, 0, 0, 1]), False)
    assert one.process.executable == os.path.realpath("/proc/self/exe")
    assert (SocketEventKind.ACCEPTED, 6, one.remote_port) in found
    assert events.statistics().lost == 0
    if OLD:
        assert not events.attached & {*TRACING, SEED}
        (note,) = events.notes
        assert "processes behind short UDP" in note and note.endswith("they need Linux 5.11")
    else:
        assert found[SocketEventKind.SENT, 17, datagram].remote_port == 9
        assert events.statistics().seen >= 3
        assert events.notes == ()


@needs_kernel
def test_processes_beyond_one_batch(events: KernelEvents, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process is known at its first event, however many others were told of before it."""
    monkeypatch.setattr("netmon.platforms.linux.ring.BATCH_BYTES", 1)
    silent = "import socket; socket.socket().bind(('127.0.0.1', 0))"  # tells of the process, but of no conversation
    speaking = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"
    for code in (silent, silent, speaking):
        child = subprocess.Popen([sys.executable, "-S", "-c", code])
        child.wait(10)
    found: list[SocketEvent] = []
    for _ in range(1000):
        found += events.drain()
        if any(event.process.pid == child.pid for event in found):
            break
    (process,) = [event.process for event in found if event.process.pid == child.pid]
    assert "connect_ex" in process.command_line


def no_groups() -> int:
    raise OSError(errno.ENODEV, "No such device")


@needs_kernel
def test_without_control_groups() -> None:
    """TCP and whoever sends are told all the same, and it is said what is not; before 5.11 nothing is."""
    if OLD:
        with pytest.raises(BpfError, match=r"no control groups: No such device .*; without them: they need Linux 5\.11"):
            attach(open_group=no_groups)
        return
    events = opened(open_group=no_groups)
    try:
        assert STATES in events.attached
        assert not events.attached & set(CGROUP)
        assert "no control groups" in events.notes[0]
        stream, datagram = talk()
        found = {(one.kind, one.protocol, one.local_port) for one in mine(events)}
        assert (SocketEventKind.OPENED, 6, stream) in found
        assert (SocketEventKind.SENT, 17, datagram) in found
    finally:
        events.close()


@needs_kernel
def test_an_old_kernel_without_control_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """It lacks what would stand in for them: both are said."""

    def load(_: BpfObject) -> None:
        raise BpfError("attribution.bpf.o is refused: Invalid argument", errno.EINVAL)

    names = os.uname_result(("Linux", "host", "5.10.0-32-amd64", "#1 SMP", "x86_64"))
    monkeypatch.setattr(BpfObject, "load", load)
    monkeypatch.setattr(BpfObject, "refused", lambda _: STATES)
    monkeypatch.setattr(hooks, "log", lambda: ["unknown func bpf_sk_storage_get#107"])
    monkeypatch.setattr(os, "uname", lambda: names)
    with pytest.raises(BpfError) as caught:
        attach(open_group=no_groups)
    assert str(caught.value) == (
        "no control groups: No such device (mount -t cgroup2 none /sys/fs/cgroup); without them: they need Linux 5.11"
    )


def test_without_type_information(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without BTF is said to be one."""
    monkeypatch.setattr(hooks, "BTF", "/nonexistent")
    with pytest.raises(BpfError, match="type information"):
        attach()


def test_without_the_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where clang was missing it is said so."""
    with pytest.raises(BpfError, match=r"(clang was missing|libbpf)"):
        BpfObject.from_file(tmp_path / "attribution.bpf.o")


@needs_kernel
def test_one_refused_program_does_not_take_the_others_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left out with its reason."""
    real = BpfObject.attach_cgroup

    def refusing(self: BpfObject, name: str, descriptor: int) -> None:
        if name == "sendmsg4":
            raise BpfError("not here")
        real(self, name, descriptor)

    monkeypatch.setattr(BpfObject, "attach_cgroup", refusing)
    events = opened()
    try:
        assert "sendmsg4" not in events.attached
        assert {"connect4", "tcp_opened", "sendmsg6"} <= events.attached
        assert any("not here" in note and "unconnected IPv4" in note for note in events.notes)
    finally:
        events.close()


@needs_kernel
@pytest.mark.parametrize("names", [("CAP_NET_ADMIN", "CAP_SYS_ADMIN"), ("CAP_BPF", "CAP_SYS_ADMIN", "CAP_PERFMON")])
def test_without_capabilities(names: tuple[str, ...]) -> None:
    """In a process without them there is a degraded way or a reason, never a traceback."""
    numbers = {"CAP_NET_ADMIN": 12, "CAP_SYS_ADMIN": 21, "CAP_PERFMON": 38, "CAP_BPF": 39}
    import subprocess

    program = (
        "import ctypes, sys\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "header = (ctypes.c_uint32 * 2)(0x20080522, 0); data = (ctypes.c_uint32 * 6)()\n"
        "assert libc.capget(header, data) == 0\n"
        f"for number in {[numbers[name] for name in names]}:\n"
        "    data[number // 32 * 3] &= ~(1 << number % 32)\n"
        "assert libc.capset(header, data) == 0\n"
        "from netmon.errors import PlatformError\n"
        "from netmon.platforms.linux import Linux\n"
        "try:\n"
        "    events = Linux().open_events()\n"
        "    print('degraded', *events.notes); events.close()\n"
        "except PlatformError as error:\n"
        "    print('refused', error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    word = "refused" if OLD or "CAP_BPF" in names else "degraded"
    assert done.stdout.startswith(word), done.stdout
    assert "not permitted" in done.stdout
    assert ("without them: they need Linux 5.11" in done.stdout) == (OLD and "CAP_BPF" not in names)


def test_where_control_groups_are_mounted(tmp_path: Path) -> None:
    """The mount table tells; escaped spaces are undone; none is none."""
    mounts = tmp_path / "mounts"
    mounts.write_text("proc /proc proc rw 0 0\ncgroup2 /sys/fs/my\\040cgroup cgroup2 rw 0 0\n")
    assert cgroup_root(str(mounts)) == "/sys/fs/my cgroup"
    mounts.write_text("cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\n")
    assert cgroup_root(str(mounts)) == cgroup_root(str(tmp_path / "nothing")) == ""
