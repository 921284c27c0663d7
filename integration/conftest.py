"""What integration tests need, and why they skip where it cannot be had."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from lab import Lab, lab, missing_tools

LAB_TOOLS = (
    "ip",
    "nginx",
    "sshd",
    "ssh-keyscan",
    "ssh-keygen",
    "dnsmasq",
    "iperf3",
    "dig",
    "curl",
    "ping",
    "tcpdump",
    "openssl",
    "ethtool",
    "ss",
)


def why_no_lab() -> str:
    """Empty when namespaces with servers can be made here, else the reason."""
    if sys.platform != "linux":
        return "network namespaces exist on Linux only"
    if os.geteuid() != 0:
        return "network namespaces need root"
    missing = missing_tools(*LAB_TOOLS)
    if missing:
        return f"not installed: {' '.join(missing)}"
    ip = shutil.which("ip", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") or "ip"
    probe = f"nmprobe{os.getpid()}"
    try:
        for words in (("add", probe), ("exec", probe, "true")):
            done = subprocess.run([ip, "netns", *words], capture_output=True, text=True, check=False)
            if done.returncode:
                return f"no network namespaces can be made here: {done.stderr.strip()}"
    finally:
        subprocess.run([ip, "netns", "del", probe], capture_output=True, check=False)
    return ""


@pytest.fixture(scope="session")
def network() -> Iterator[Lab]:
    """The lab with all its servers, shared by the tests of a run."""
    reason = why_no_lab()
    if reason:
        pytest.skip(reason)
    with lab() as it:
        it.serve_web()
        it.serve_ssh()
        it.serve_names()
        it.serve_iperf()
        it.serve_quic()
        yield it


@pytest.fixture(autouse=True)
def no_files_of_the_person(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a configuration; no program started by one sees it or what is kept between runs."""
    nowhere = str(tmp_path_factory.getbasetemp() / "nowhere")
    monkeypatch.setenv("XDG_CONFIG_HOME", nowhere)
    monkeypatch.setenv("XDG_STATE_HOME", nowhere)
