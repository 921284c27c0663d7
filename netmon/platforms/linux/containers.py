"""Names of containers out of what their managers keep on disk; no daemon is asked, because its socket means root.

In: runtime and identifier from the control group path. Out: the same container with name, image, pod and namespace
where a file tells. Read are Docker's ``config.v2.json``, the storage list of Podman and CRI-O (``containers.json``) and the
OCI bundle of containerd (``config.json``). Identifiers are 64 hexadecimal digits before they become part of a path.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from netmon.model.owner import Container
from netmon.platforms.text import clean

from .files import read_bytes

CACHE_LIMIT = 1024
FILE_LIMIT = 4 * 1024 * 1024
DOCKER = "/var/lib/docker/containers/{id}/config.v2.json"
STORAGE = (
    "/var/lib/containers/storage/overlay-containers/containers.json",
    "/var/lib/containers/storage/vfs-containers/containers.json",
)
BUNDLES = (
    "/run/containerd/io.containerd.runtime.v2.task/k8s.io/{id}/config.json",
    "/run/containerd/io.containerd.runtime.v2.task/default/{id}/config.json",
    "/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/{id}/config.json",
    "/var/snap/microk8s/common/run/containerd/io.containerd.runtime.v2.task/k8s.io/{id}/config.json",
)
_ID = re.compile(r"[0-9a-f]{64}")

_Facts = dict[str, str]
"""``name``, ``image``, ``pod``, ``namespace``."""


class ContainerNames:
    """Completes containers and remembers them, bounded. ``host`` is where the host's files are."""

    def __init__(self, host: str = "") -> None:
        self._host = host.rstrip("/")
        self._known: dict[str, Container] = {}

    def complete(self, container: Container | None) -> Container | None:
        """The container with its names; unchanged where nothing is known."""
        if container is None or not _ID.fullmatch(container.identifier):
            return container
        known = self._known.get(container.identifier)
        if known is not None and known.runtime == container.runtime:
            return known
        facts = self._facts(container)
        if not any(facts.values()):
            return container  # not remembered: the manager may write its file a moment later
        found = replace(
            container,
            name=clean(facts.get("name", "")),
            image=clean(facts.get("image", "")),
            pod=clean(facts.get("pod", "")) or container.pod,
            namespace=clean(facts.get("namespace", "")),
        )
        if len(self._known) >= CACHE_LIMIT:
            del self._known[next(iter(self._known))]
        self._known[container.identifier] = found
        return found

    def _facts(self, container: Container) -> _Facts:
        identifier = container.identifier
        if container.runtime in ("docker", "kubernetes"):
            facts = docker(self._load(DOCKER.format(id=identifier)))
            if facts:
                return facts
        if container.runtime in ("podman", "cri-o", "kubernetes"):
            for path in STORAGE:
                facts = storage(self._load(path), identifier)
                if facts:
                    return facts
        if container.runtime in ("containerd", "kubernetes"):
            for path in BUNDLES:
                facts = bundle(self._load(path.format(id=identifier)))
                if facts:
                    return facts
        return {}

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
    """containers/storage: a list of all containers; CRI-O and Podman keep their names in a JSON text inside."""
    for record in records if isinstance(records, list) else []:
        if _dict(record).get("id") != identifier:
            continue
        names = record.get("names")
        metadata = _dict(loaded(_text(record.get("metadata")).encode("utf-8", "replace")))
        first = _text(names[0]) if isinstance(names, list) and names else ""
        return _some(
            name=_text(metadata.get("name")) if metadata.get("pod-name") else first,
            image=_text(metadata.get("image-name")),
            pod=_text(metadata.get("pod-name")),
            namespace=_text(metadata.get("namespace")),
        )
    return {}


def bundle(record: Any) -> _Facts:
    """The OCI runtime specification's ``annotations`` as containerd's CRI plug-in and nerdctl fill them."""
    notes = _dict(_dict(record).get("annotations"))
    return _some(
        name=_text(notes.get("io.kubernetes.cri.container-name")) or _text(notes.get("nerdctl/name")),
        image=_text(notes.get("io.kubernetes.cri.image-name")),
        pod=_text(notes.get("io.kubernetes.cri.sandbox-name")),
        namespace=_text(notes.get("io.kubernetes.cri.sandbox-namespace")) or _text(notes.get("nerdctl/namespace")),
    )


def _some(**facts: str) -> _Facts:
    return facts if any(facts.values()) else {}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
