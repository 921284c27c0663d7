"""What a control group path says: the systemd unit and the container (cgroups(7), systemd's cgroup delegation).

In: the text of ``/proc/<pid>/cgroup``. Out: path, unit, container. Only the path is looked at: it is written by the
container manager, which the processes inside cannot do. Unknown layouts give empty values, never a guess.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from netmon.model.owner import Container
from netmon.platforms.text import clean

_ID = r"([0-9a-f]{64})"
_SCOPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("docker", re.compile(rf"^docker-{_ID}\.scope$")),
    ("podman", re.compile(rf"^libpod-(?:payload-)?{_ID}(?:\.scope)?$")),
    ("cri-o", re.compile(rf"^crio-{_ID}(?:\.scope)?$")),
    ("containerd", re.compile(rf"^(?:cri-containerd|nerdctl)-{_ID}\.scope$")),
    ("containerd", re.compile(rf"^[^:]+\.slice:cri-containerd:{_ID}$")),
    ("cri-o", re.compile(rf"^[^:]+\.slice:crio:{_ID}$")),
    ("docker", re.compile(rf"^[^:]+\.slice:docker:{_ID}$")),
    ("lxc", re.compile(r"^lxc\.payload\.(.+)$")),
    ("nspawn", re.compile(r"^systemd-nspawn@(.+)\.service$")),
    ("nspawn", re.compile(r"^machine-(?!qemu|lxc|libvirt)(.+)\.scope$")),
)
"""Path components that name runtime and container by themselves; those with colons are systemd names that runc took for a
path."""
_PARENTS = {"docker": "docker", "lxc": "lxc", "lxc.payload": "lxc", "buildkit": "docker"}
"""cgroupfs layouts: the component before the identifier names the runtime."""
_BARE = re.compile(rf"^(?:cri-containerd-|crio-|docker-)?{_ID}$")
_POD = re.compile(
    r"(?:^|-)pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice(?::[a-z-]+:.*)?)?$"
)
_UNIT = re.compile(r"\.(?:service|scope|socket|mount)$")
_ESCAPE = re.compile(r"\\x([0-9a-f]{2})")


class Group(NamedTuple):
    """The control group of a process."""

    path: str = ""
    unit: str = ""
    container: Container | None = None


def parse(text: str) -> Group:
    """Reads ``hierarchy:controllers:path`` lines; the unified hierarchy comes first, then systemd's, then the longest."""
    best, rank = "", (-1, 0)
    for line in text.splitlines()[:64]:
        hierarchy, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not path.startswith("/"):
            continue
        preference = 0 if path == "/" else 3 if hierarchy == "0" else 2 if controllers == "name=systemd" else 1
        if (preference, len(path)) > rank:
            best, rank = path, (preference, len(path))
    parts = [part for part in best.split("/") if part][:64]
    return Group(clean(best, 1024), _unit(parts), _container(parts))


def _unit(parts: list[str]) -> str:
    for part in reversed(parts):
        if _UNIT.search(part):
            return clean(_unescape(part))
    return ""


def _container(parts: list[str]) -> Container | None:
    pod = next((match[1].replace("_", "-") for part in parts if (match := _POD.search(part))), "")
    for position in range(len(parts) - 1, -1, -1):
        part = parts[position]
        for runtime, pattern in _SCOPES:
            match = pattern.match(part)
            if match:
                return _made(runtime, match[1], pod)
        previous = parts[position - 1] if position else ""
        if previous in _PARENTS:
            return _made(_PARENTS[previous], part, pod)
        match = _BARE.match(part)
        if match:
            return _made("kubernetes" if pod else "docker" if parts[0] == "ecs" else "containerd", match[1], pod)
    return None


def _made(runtime: str, identifier: str, pod: str) -> Container:
    named = runtime in ("lxc", "nspawn")
    identifier = clean(_unescape(identifier))
    return Container(runtime=runtime, identifier=identifier, name=identifier if named else "", pod=pod)


def _unescape(text: str) -> str:
    """systemd-escape(1): ``\\x2d`` stands for ``-``."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
