"""Whether the lab can be set up on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from lab import missing_tools

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
