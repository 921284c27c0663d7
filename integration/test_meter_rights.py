"""Which capabilities the kernel meter needs, and what is said where it cannot be had: without root, by the real rules."""

from __future__ import annotations

import pytest
from lab import PATIENCE, ROOT, Lab, end, missing_tools
from netmon_run import PYTHON, parse

pytestmark = pytest.mark.root

NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
REFUSED = "kernel meter: eBPF is not permitted to this user: run with sudo, or with CAP_BPF (and CAP_PERFMON for full speed)"


def as_nobody(*capabilities: str) -> list[str]:
    """netmon as a user without rights but these. CAP_DAC_READ_SEARCH only lets it read a checkout below a private home."""
    words = ",".join(f"+{name}" for name in ("dac_read_search", *capabilities))
    return [*NOBODY, f"--inh-caps={words}", f"--ambient-caps={words}", PYTHON, "-P", "-m", "netmon"]


@pytest.fixture(autouse=True)
def setpriv() -> None:
    if missing_tools("setpriv"):
        pytest.skip("not installed: setpriv")


@pytest.mark.parametrize(
    ("capabilities", "meter", "reason"),
    [
        (("net_raw", "bpf", "perfmon"), "kernel", None),
        (("net_raw", "bpf"), "kernel", None),
        (("net_raw",), "native", REFUSED),
    ],
)
def test_capture(
    network: Lab, monkeypatch: pytest.MonkeyPatch, capabilities: tuple[str, ...], meter: str, reason: str | None
) -> None:
    """The best meter these rights allow; the summary says why it is not a better one."""
    monkeypatch.chdir(ROOT)
    ping = network.client.start("ping", "-i", "0.1", "-w", f"{20 * PATIENCE:.0f}", "127.0.0.1")
    options = ("--json", "--no-resolve-dns", "--show-localhost", "-i", "lo", "--duration", f"{1.5 * PATIENCE}")
    try:
        result = parse(network.client.run(*as_nobody(*capabilities), *options, timeout=60), 0)
    finally:
        end(ping)
    assert (result.summary["meter"], result.summary.get("meter_reason")) == (meter, reason)
    assert sum(one["packets_out"] for one in result.find(protocol="icmp")) > 3


def test_a_socket_with_little_room(network: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a socket may carry was 20 KiB before Linux 6.8; the kernel meter's program is larger."""
    monkeypatch.chdir(ROOT)
    if network.client.run("sysctl", "-qw", "net.core.optmem_max=20480", check=False) or "20480" not in network.client.run(
        "sysctl", "-n", "net.core.optmem_max", check=False
    ):
        pytest.skip("what a socket may carry cannot be set here for one network namespace")
    options = ("--json", "--no-resolve-dns", "-i", "lo", "--duration", "0.5")
    result = parse(network.client.run(PYTHON, "-P", "-m", "netmon", *options, timeout=60), 0)
    assert (result.summary["meter"], result.summary.get("meter_reason")) == ("kernel", None)


def test_doctor(network: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same reason, in the report on this machine: it works, but less well."""
    monkeypatch.chdir(ROOT)
    told = network.client.run(*as_nobody("net_raw"), "doctor", "-i", "lo", check=False, timeout=60)
    (line,) = [line for line in told.splitlines() if " meter " in line]
    assert line.split() == f"-- meter native ({REFUSED})".split()


def test_forced(network: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for by name it is not replaced: one line, and an exit status that is not 0."""
    monkeypatch.chdir(ROOT)
    command = " ".join((*as_nobody("net_raw"), "--json", "-i", "lo", "--meter", "kernel", "--duration", "1"))
    told = network.client.run("sh", "-c", f"{command} 2>&1; echo $?", timeout=60)
    assert told.splitlines() == [f"netmon: --meter kernel: {REFUSED.removeprefix('kernel meter: ')}", "1"]
