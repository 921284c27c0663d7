"""Names of containers out of what their managers keep on disk; no daemon is asked, because its socket means root.

In: runtime and identifier from the control group path, and that path, which says whose rootless container it is. Out: the
same container with name, image, pod and namespace where a file tells. Read are Docker's ``config.v2.json``, the storage list
of Podman and CRI-O (``containers.json``), the OCI bundles of containerd and CRI-O (``config.json``), the machine files of
systemd and LXC's ``config``. Identifiers are 64 hexadecimal digits, and names of machines plain words, before they become
part of a path.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from netmon.model.owner import Container
from netmon.platforms.text import clean

from .files import read_bytes

CACHE_LIMIT = 1024
LOOK_AGAIN = 5.0
"""Seconds."""
FILE_LIMIT = 4 * 1024 * 1024
DOCKER = "/containers/{id}/config.v2.json"
DOCKER_ROOTS = ("/var/lib/docker", "/var/snap/docker/common/var-lib-docker")
DOCKER_HOME = "/.local/share/docker"
DAEMON = "/etc/docker/daemon.json"
STORAGE_ROOTS = ("/var/lib/containers/storage",)
STORAGE_HOME = "/.local/share/containers/storage"
STORAGE = tuple(
    f"/{driver}-containers/{name}.json"
    for driver in ("overlay", "vfs", "btrfs")
    for name in ("containers", "volatile-containers")
)
"""Volatile are those that are removed when they end (``podman run --rm`` of newer versions)."""
STORAGE_TRANSIENT = "/run/containers/storage"
CRIO_BUNDLE = "/run/containers/storage/overlay-containers/{id}/userdata/config.json"
TASKS = (
    "/run/containerd/io.containerd.runtime.v2.task",
    "/run/k3s/containerd/io.containerd.runtime.v2.task",
    "/var/snap/microk8s/common/run/containerd/io.containerd.runtime.v2.task",
    "/run/k0s/containerd/io.containerd.runtime.v2.task",
)
"""Below them: containerd's namespace, container, ``config.json``."""
NAMESPACES = 32
NETWORKS, CONFIG_LIMIT = 64, 256 * 1024
"""Containers of a user whose network is looked at, and bytes of each one's configuration."""
MACHINE = "/run/systemd/machines/{name}"
LXC_CONFIGS = ("/var/lib/lxc/{name}/config", "/var/snap/lxd/common/lxd/logs/{name}/lxc.conf")
_ID = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_PLAIN = re.compile(r"/([A-Za-z0-9][\w-]{0,75})/([A-Za-z0-9](?:[\w-]|\.(?!slice$|scope$|service$)){0,75})$")
_USER = re.compile(r"/user-(\d{1,10})\.slice/")
_TEMPLATE = re.compile(r"^# Parameters passed to the template:(.*)$", re.M)
_OPTION = re.compile(r"(?:-d|--dist|-r|--release)[ =](\S+)")

_Facts = dict[str, str]
"""``name``, ``image``, ``pod``, ``namespace``."""
_MACHINES = ("nspawn", "lxc")
"""Runtimes whose containers are called by a name."""


class ContainerNames:
    """Completes containers and remembers them, bounded. ``host`` is where the host's files are."""

    def __init__(self, host: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._host = host.rstrip("/")
        self._clock = clock
        self._known: dict[str, Container] = {}
        self._missed: dict[str, float] = {}
        """Containers no file told about -> when to look again: their manager may write one a moment later."""

    def complete(self, container: Container | None, path: str = "", user: int | None = None) -> Container | None:
        """The container with its names; unchanged where nothing is known. ``path`` is that of the control group, ``user``
        who runs the container, where that is known otherwise."""
        if container is None:
            return self._of_containerd(path)
        if not (_ID if container.runtime not in _MACHINES else _NAME).fullmatch(container.identifier):
            return container
        key = f"{container.runtime}:{container.identifier}"
        known = self._known.get(key)
        now = self._clock()
        if known is not None or self._missed.get(key, now) > now:
            return known or container
        runtime, facts = self._facts(container, _home(path, user))
        if not any(facts.values()):
            self._miss(key, now)
            return container
        found = replace(
            container,
            runtime=runtime,
            name=clean(facts.get("name", "")) or container.name,
            image=clean(facts.get("image", "")),
            pod=clean(facts.get("pod", "")) or container.pod,
            namespace=clean(facts.get("namespace", "")),
        )
        return self._remember(key, found)

    def _of_containerd(self, path: str) -> Container | None:
        """``/namespace/container``: what containerd calls a group when nobody tells it otherwise. Two plain words may be
        anything, so its record of the container has to be there."""
        match = _PLAIN.search(path)
        if match is None:
            return None
        key, namespace, identifier = match[0], match[1], match[2]
        known = self._known.get(key)
        now = self._clock()
        if known is not None or self._missed.get(key, now) > now:
            return known
        for root in TASKS:
            record = self._load(f"{root}/{namespace}/{identifier}/config.json")
            if record is not None:
                found = Container("containerd", identifier, name=identifier, namespace=namespace)
                return self._remember(key, found)
        self._miss(key, now)
        return None

    def of_network(self, namespace: str, user: int) -> Container | None:
        """Podman's container with the network namespace at this path, where that is one and no more."""
        home = _home("", user)
        found: set[str] = set()
        for root in (home + STORAGE_HOME,) if home else STORAGE_ROOTS:
            for place in STORAGE:
                records = self._load(root + place)
                for record in records[:NETWORKS] if isinstance(records, list) else []:
                    identifier = _text(_dict(record).get("id"))
                    folder = f"{root}{place.rpartition('/')[0]}/{identifier}/userdata"
                    if _ID.fullmatch(identifier) and namespace in self._networks(folder):
                        found.add(identifier)
        return self.complete(Container("podman", found.pop()), "", user) if len(found) == 1 else None

    def _networks(self, bundle_folder: str) -> list[str]:
        config = _dict(loaded(read_bytes(f"{self._host}{bundle_folder}/config.json", CONFIG_LIMIT)))
        namespaces = _dict(config.get("linux")).get("namespaces")
        entries = namespaces[:16] if isinstance(namespaces, list) else []
        return [_text(_dict(entry).get("path")) for entry in entries if _dict(entry).get("type") == "network"]

    def _remember(self, key: str, found: Container) -> Container:
        if len(self._known) >= CACHE_LIMIT:
            del self._known[next(iter(self._known))]
        self._known[key] = found
        return found

    def _miss(self, key: str, now: float) -> None:
        if len(self._missed) >= CACHE_LIMIT:
            self._missed.clear()
        self._missed[key] = now + LOOK_AGAIN

    def _facts(self, container: Container, home: str) -> tuple[str, _Facts]:
        """With the runtime whose files they are from: the groups of Kubernetes do not always name it."""
        runtime, identifier = container.runtime, container.identifier
        if runtime == "nspawn":
            return runtime, machine(self._text(MACHINE.format(name=identifier)))
        if runtime == "lxc":
            texts = (lxc(self._text(at.format(name=identifier))) for at in LXC_CONFIGS)
            return runtime, next((facts for facts in texts if facts), {})
        return next((found for found in self._candidates(runtime, identifier, home) if found[1]), (runtime, {}))

    def _candidates(self, runtime: str, identifier: str, home: str) -> Iterator[tuple[str, _Facts]]:
        """What the files say, in the order in which they are likely to be right."""
        if runtime in ("docker", "kubernetes"):
            for root in self._docker_roots(home):
                yield "docker", docker(self._load(root + DOCKER.format(id=identifier)))
        if runtime in ("podman", "cri-o", "kubernetes"):
            manager = "podman" if runtime == "podman" else "cri-o"
            if manager == "cri-o":
                yield manager, bundle(self._load(CRIO_BUNDLE.format(id=identifier)))
            roots = (home + STORAGE_HOME, *STORAGE_ROOTS) if home else (*STORAGE_ROOTS, STORAGE_TRANSIENT)
            for root in roots:
                for place in STORAGE:
                    yield manager, storage(self._load(root + place), identifier)
        if runtime in ("containerd", "kubernetes"):
            for root in TASKS:
                for namespace in self._names(root):
                    yield "containerd", bundle(self._load(f"{root}/{namespace}/{identifier}/config.json"))

    def _docker_roots(self, home: str) -> Iterator[str]:
        if home:
            yield home + DOCKER_HOME
        configured = _text(_dict(self._load(DAEMON)).get("data-root"))
        if configured.startswith("/") and "/../" not in f"{configured}/":
            yield configured.rstrip("/")
        yield from DOCKER_ROOTS

    def _names(self, folder: str) -> list[str]:
        try:
            return sorted(os.listdir(self._host + folder))[:NAMESPACES]  # noqa: PTH208
        except OSError:
            return []

    def _text(self, path: str) -> str:
        return read_bytes(self._host + path, 65_536).decode("utf-8", "backslashreplace")

    def _load(self, path: str) -> Any:
        return loaded(read_bytes(self._host + path, FILE_LIMIT))


def loaded(raw: bytes) -> Any:
    """JSON, or ``None`` for what is none."""
    if not raw:
        return None
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def docker(record: Any) -> _Facts:
    """Docker's own record of a container; Kubernetes leaves its names in the labels."""
    config = _dict(_dict(record).get("Config"))
    labels = _dict(config.get("Labels"))
    return _some(
        name=_text(labels.get("io.kubernetes.container.name")) or _text(_dict(record).get("Name")).lstrip("/"),
        image=_text(config.get("Image")),
        pod=_text(labels.get("io.kubernetes.pod.name")),
        namespace=_text(labels.get("io.kubernetes.pod.namespace")),
    )


def storage(records: Any, identifier: str) -> _Facts:
    """containers/storage: a list of all containers; CRI-O and Podman keep their names in a JSON text inside. CRI-O tells the
    name in Kubernetes apart, pod and namespace only as parts of its own: ``k8s_container_pod_namespace_uid_attempt``, in
    which no part has an underscore (RFC 1123)."""
    for record in records if isinstance(records, list) else []:
        if _dict(record).get("id") != identifier:
            continue
        names = record.get("names")
        metadata = _dict(loaded(_text(record.get("metadata")).encode("utf-8", "replace")))
        first = _text(names[0]) if isinstance(names, list) and names else ""
        parts = _text(metadata.get("name")).split("_") if metadata.get("pod-name") else []
        kubernetes = len(parts) == 6 and parts[0] == "k8s"
        return _some(
            name=_text(metadata.get("metadata-name")) if kubernetes else first,
            image=_text(metadata.get("image-name")),
            pod=parts[2] if kubernetes else "",
            namespace=parts[3] if kubernetes else "",
        )
    return {}


def bundle(record: Any) -> _Facts:
    """The OCI runtime specification's ``annotations`` as containerd's CRI plug-in and nerdctl fill them."""
    notes = _dict(_dict(record).get("annotations"))
    return _some(
        name=_first(notes, "io.kubernetes.cri.container-name", "io.kubernetes.container.name", "nerdctl/name"),
        image=_first(notes, "io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName", "io.kubernetes.cri-o.Image"),
        pod=_first(notes, "io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name"),
        namespace=_first(notes, "io.kubernetes.cri.sandbox-namespace", "io.kubernetes.pod.namespace", "nerdctl/namespace"),
    )


def machine(text: str) -> _Facts:
    """systemd's runtime record of a machine (``KEY=value`` lines); its image is the tree it was started from."""
    values = dict(line.split("=", 1) for line in text.splitlines()[:64] if "=" in line)
    return _some(name=values.get("NAME", ""), image=values.get("ROOT", ""))


def lxc(text: str) -> _Facts:
    """LXC's ``config``: ``lxc.uts.name``, and distribution and release where a template made the container."""
    name = re.search(r"^lxc\.uts\.name\s*=\s*(\S+)", text, re.M)
    made = _TEMPLATE.search(text)
    return _some(name=name[1] if name else "", image="/".join(_OPTION.findall(made[1])) if made else "")


def _home(path: str, user: int | None) -> str:
    """The home of that user, else of the user whose slice a control group is in; empty for the system's."""
    if user is None:
        match = _USER.search(path)
        user = int(match[1]) if match else 0
    if user == 0:
        return ""
    try:
        import pwd

        return pwd.getpwuid(user).pw_dir.rstrip("/")
    except (ImportError, KeyError, OSError, OverflowError):
        return ""


def _first(notes: dict[str, Any], *names: str) -> str:
    return next((text for name in names if (text := _text(notes.get(name)))), "")


def _some(**facts: str) -> _Facts:
    return facts if any(facts.values()) else {}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
