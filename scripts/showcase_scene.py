"""What the showcase has besides traffic: makers of network cards, places of addresses, containers.

Places come from a MaxMind DB file made here for addresses that nobody has (2e00::/16 is not allocated). Containers are
control groups named as Docker and Kubernetes name them, with the record Docker keeps of one; removed on exit.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "integration")]

import mmdb
from lab import Lab, run

CARDS = ("a4:bb:6d:20:51:0f", "b8:27:eb:4c:07:31")
"""Of the workstation and of its gateway: makers that the IEEE's list names."""
PLACES = {
    "2e00:20::/32": (mmdb.city("NL", "Netherlands", "Amsterdam"), mmdb.system(64_500, "Example Hosting")),
    "2e00:30::/32": (mmdb.city("US", "United States", "Ashburn"), mmdb.system(64_501, "Example CDN")),
    "2e00:40::/32": (mmdb.city("DE", "Germany", "Nuremberg"), mmdb.system(64_502, "Example Forge")),
}
DOCKER = Path("/var/lib/docker/containers")
CONTAINER = "6f2d1c94ab7e5308" * 4
CONTAINER_RECORD = {"Name": "/mirror-sync", "Config": {"Image": "registry.example/mirror-sync:2.4", "Labels": {}}}


def places(folder: Path) -> tuple[str, ...]:
    """netmon's options for files with ``PLACES``, written to a folder."""
    city = mmdb.write(folder / "city.mmdb", "City", {network: one for network, (one, _) in PLACES.items()})
    system = mmdb.write(folder / "asn.mmdb", "ASN", {network: one for network, (_, one) in PLACES.items()})
    return "--geoip-city", str(city), "--geoip-asn", str(system)


def cards(it: Lab) -> None:
    """Network cards of known makers; the devices are down."""
    for host, device, address in ((it.client, it.client.device, CARDS[0]), (it.server, "wan0", CARDS[1])):
        host.run("ip", "link", "set", device, "address", address)


@contextlib.contextmanager
def container() -> Iterator[Callable[[], None]]:
    """What a process of the container does before it becomes its program; Docker's record of it exists meanwhile."""
    with contextlib.ExitStack() as stack:
        above = [parent for parent in (DOCKER, *DOCKER.parents) if not parent.exists()]
        record = DOCKER / CONTAINER
        record.mkdir(parents=True)
        for folder in (record, *above):
            stack.callback(_removed, folder)
        (record / "config.v2.json").write_text(json.dumps(CONTAINER_RECORD))
        stack.callback((record / "config.v2.json").unlink)
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="netmon-cgroup-")))
        run("mount", "-t", "cgroup2", "none", str(root))
        stack.callback(run, "umount", str(root), check=False)
        parts = (root / "system.slice", root / "system.slice" / f"docker-{CONTAINER}.scope")
        for group in parts:
            if not group.exists():
                group.mkdir()
                stack.callback(_removed, group)

        def enter() -> None:
            (parts[1] / "cgroup.procs").write_text(str(os.getpid()))

        yield enter


def _removed(folder: Path) -> None:
    """A control group may still hold a process that is ending."""
    with contextlib.suppress(OSError):
        folder.rmdir()
