"""Names of containers from their managers' files (shortened to the keys that are read)."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.owner import Container
from netmon.platforms.linux import containers
from netmon.platforms.linux.containers import CACHE_LIMIT, ContainerNames, bundle, docker, lxc, machine, storage

DOCKER = "/var/lib/docker/containers/{id}/config.v2.json"
STORAGE = "/var/lib/containers/storage/overlay-containers/containers.json"
VOLATILE = "/var/lib/containers/storage/overlay-containers/volatile-containers.json"
TRANSIENT = "/run/containers/storage/overlay-containers/volatile-containers.json"
ROOTLESS = "/home/jane/.local/share/containers/storage/overlay-containers/containers.json"
ROOTLESS_DOCKER = "/home/jane/.local/share/docker/containers/{id}/config.v2.json"
CRI_BUNDLE = "/run/containerd/io.containerd.runtime.v2.task/k8s.io/{id}/config.json"
NERDCTL_BUNDLE = "/run/containerd/io.containerd.runtime.v2.task/default/{id}/config.json"
K3S_BUNDLE = "/run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/{id}/config.json"
USER_SLICE = "/user.slice/user-1000.slice/user@1000.service/user.slice"
ID = "0123456789abcdef" * 4
KUBERNETES = {
    "io.kubernetes.container.name": "app",
    "io.kubernetes.pod.name": "web-1",
    "io.kubernetes.pod.namespace": "shop",
}
CRI = {
    "io.kubernetes.cri.container-name": "app", "io.kubernetes.cri.image-name": "docker.io/library/nginx:1",
    "io.kubernetes.cri.sandbox-name": "web-1", "io.kubernetes.cri.sandbox-namespace": "shop",
}  # fmt: skip
CRIO_NOTES = {
    "io.kubernetes.container.name": "app", "io.kubernetes.pod.name": "web-1", "io.kubernetes.pod.namespace": "shop",
    "io.kubernetes.cri-o.ImageName": "registry.example/nginx:1",
}  # fmt: skip
ONCE = {"id": ID, "names": ["once"], "metadata": '{"image-name": "localhost/tiny:1"}', "flags": {"Volatile": True}}
CRIO = {
    "pod-name": "k8s_web-1_shop_4f6a_0", "image-name": "nginx:1",
    "name": "k8s_app_web-1_shop_4f6a_2", "metadata-name": "app",
}  # fmt: skip
"""As CRI-O's RuntimeContainerMetadata has it (internal/storage/runtime.go); the namespace of its own is a pod's only."""


def put(host: Path, path: str, record: Any) -> None:
    target = host / path.replace("{id}", ID).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(record))


@pytest.mark.parametrize(
    ("runtime", "path", "record", "expected"),
    [
        ("docker", DOCKER, {"Name": "/web", "Config": {"Image": "nginx:1"}}, ("web", "nginx:1", "", "")),
        (
            "docker", DOCKER, {"Name": "/k8s_x", "Config": {"Image": "i", "Labels": KUBERNETES}},
            ("app", "i", "web-1", "shop"),
        ),
        (
            "podman", STORAGE, [{"id": "x"}, {"id": ID, "names": ["db"], "metadata": '{"image-name": "postgres:16"}'}],
            ("db", "postgres:16", "", ""),
        ),
        ("podman", VOLATILE, [ONCE], ("once", "localhost/tiny:1", "", "")),
        ("podman", TRANSIENT, [ONCE], ("once", "localhost/tiny:1", "", "")),
        (
            "cri-o", STORAGE, [{"id": ID, "names": [CRIO["name"]], "metadata": json.dumps(CRIO)}],
            ("app", "nginx:1", "web-1", "shop"),
        ),
        (
            "cri-o", VOLATILE, [{"id": ID, "names": ["own"], "metadata": json.dumps({**CRIO, "name": "k8s_of_mine"})}],
            ("own", "nginx:1", "", ""),
        ),
        ("containerd", CRI_BUNDLE, {"annotations": CRI}, ("app", "docker.io/library/nginx:1", "web-1", "shop")),
        ("containerd", NERDCTL_BUNDLE, {"annotations": {"nerdctl/name": "one"}}, ("one", "", "", "")),
        ("kubernetes", K3S_BUNDLE, {"annotations": CRI}, ("app", "docker.io/library/nginx:1", "web-1", "shop")),
        (
            "cri-o", containers.CRIO_BUNDLE, {"annotations": CRIO_NOTES},
            ("app", "registry.example/nginx:1", "web-1", "shop"),
        ),
        (
            "kubernetes", containers.CRIO_BUNDLE, {"annotations": CRIO_NOTES},
            ("app", "registry.example/nginx:1", "web-1", "shop"),
        ),
        ("docker", DOCKER, {"Name": "/\u001b[2J"}, ("\\x1b[2J", "", "", "")),
    ],
)  # fmt: skip
def test_each_manager(tmp_path: Path, runtime: str, path: str, record: Any, expected: tuple[str, str, str, str]) -> None:
    """Name, image, pod and namespace as the manager of that runtime keeps them."""
    put(tmp_path, path, record)
    found = ContainerNames(str(tmp_path)).complete(Container(runtime, ID))
    assert found is not None
    assert (found.name, found.image, found.pod, found.namespace) == expected


@pytest.mark.parametrize(
    ("runtime", "path", "record"),
    [
        ("podman", ROOTLESS, [{"id": ID, "names": ["web"], "metadata": '{"image-name": "i"}'}]),
        ("docker", ROOTLESS_DOCKER, {"Name": "/web", "Config": {"Image": "i"}}),
    ],
)
def test_rootless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: str, path: str, record: Any) -> None:
    """A user's container is found in the home of the user whose slice it is in, and nowhere else."""
    monkeypatch.setattr("pwd.getpwuid", lambda uid: SimpleNamespace(pw_dir={1000: "/home/jane"}[uid]))
    put(tmp_path, path, record)
    count = itertools.count(step=10)
    container, names = Container(runtime, ID), ContainerNames(str(tmp_path), lambda: float(next(count)))
    assert names.complete(container, f"/system.slice/docker-{ID}.scope") is container
    assert names.complete(container, f"/user.slice/user-77.slice/x-{ID}.scope") is container
    found = names.complete(container, f"{USER_SLICE}/libpod-{ID}.scope")
    assert found == Container(runtime, ID, name="web", image="i")


@pytest.mark.parametrize(
    ("path", "record", "runtime"),
    [
        (DOCKER, {"Config": {"Labels": KUBERNETES}}, "docker"),
        (CRI_BUNDLE, {"annotations": CRI}, "containerd"),
        (containers.CRIO_BUNDLE, {"annotations": CRIO_NOTES}, "cri-o"),
        (STORAGE, [{"id": ID, "names": [CRIO["name"]], "metadata": json.dumps(CRIO)}], "cri-o"),
    ],
)
def test_runtime_of_kubernetes(tmp_path: Path, path: str, record: Any, runtime: str) -> None:
    """Where the control group is Kubernetes' own (cgroupfs), whose files tell of the container is its runtime."""
    put(tmp_path, path, record)
    names = ContainerNames(str(tmp_path))
    found = names.complete(Container("kubernetes", ID, pod="4f6a"))
    assert found is not None
    assert (found.runtime, found.name, found.pod) == (runtime, "app", "web-1")
    assert names.complete(Container("kubernetes", ID, pod="4f6a")) is found


def test_docker_elsewhere(tmp_path: Path) -> None:
    """The daemon's configuration says where its files are; a path with steps upwards is not followed."""
    put(tmp_path, "/data/docker/containers/{id}/config.v2.json", {"Name": "/web"})
    put(tmp_path, "/etc/docker/daemon.json", {"data-root": "/srv/../data/docker"})
    container = Container("docker", ID)
    assert ContainerNames(str(tmp_path)).complete(container) is container
    put(tmp_path, "/etc/docker/daemon.json", {"data-root": "/data/docker/"})
    assert ContainerNames(str(tmp_path)).complete(container) == Container("docker", ID, name="web")


def test_containerd_by_name(tmp_path: Path) -> None:
    """``ctr run IMAGE web.1`` makes the group ``/default/web.1``; two words alone are no container."""
    record = "/run/containerd/io.containerd.runtime.v2.task/default/web.1/config.json"
    clock = itertools.count()
    names = ContainerNames(str(tmp_path), lambda: next(clock) * 10.0)
    assert names.complete(None, "/default/web.1") is None
    put(tmp_path, record, {"ociVersion": "1.1.0", "linux": {"cgroupsPath": "/default/web.1"}})
    found = names.complete(None, "/default/web.1")
    assert found == Container("containerd", "web.1", name="web.1", namespace="default")
    (tmp_path / record.lstrip("/")).unlink()
    assert names.complete(None, "/default/web.1") is found
    for path in ("", "/", "/default", "/default/web.2", "/system.slice/web.1", "/default/../web.1", "/default/web.1/x"):
        assert names.complete(None, path) is None
    put(tmp_path, record.replace("web.1", "web.service"), {})
    assert names.complete(None, "/default/web.service") is None


def test_machines(tmp_path: Path) -> None:
    """systemd-nspawn and LXC have names instead of identifiers; only plain ones become part of a path."""
    record = tmp_path / "run/systemd/machines/deb"
    record.parent.mkdir(parents=True)
    record.write_text(
        "# This is private data. Do not parse.\nNAME=deb\nCLASS=container\nROOT=/var/lib/machines/deb\nLEADER=12\n"
    )
    config = tmp_path / "var/lib/lxc/web/config"
    config.parent.mkdir(parents=True)
    config.write_text(
        "# Template used to create this container: /usr/share/lxc/templates/lxc-download\n"
        "# Parameters passed to the template: --dist debian --release bookworm --arch amd64\n"
        "lxc.uts.name = web\nlxc.rootfs.path = dir:/var/lib/lxc/web/rootfs\n"
    )
    names = ContainerNames(str(tmp_path))
    assert names.complete(Container("nspawn", "deb", name="deb")) == Container(
        "nspawn", "deb", name="deb", image="/var/lib/machines/deb"
    )
    assert names.complete(Container("lxc", "web", name="web")) == Container(
        "lxc", "web", name="web", image="debian/bookworm"
    )
    for name in ("..", "../machines/deb", "deb/..", ""):
        container = Container("nspawn", name, name=name)
        assert names.complete(container) is container


def test_without_a_file_the_container_stays_as_it_is(tmp_path: Path) -> None:
    """Nothing is made up; a file that is written later is still found; what is known is read once."""
    now = [0.0]
    names = ContainerNames(str(tmp_path), lambda: now[0])
    container = Container("docker", ID, pod="uid")
    assert names.complete(None) is None
    assert names.complete(container) is container
    put(tmp_path, DOCKER, {"Name": "/web"})
    assert names.complete(container) is container  # a thousand processes of one container do not look a thousand times
    now[0] += containers.LOOK_AGAIN
    found = names.complete(container)
    assert found == Container("docker", ID, name="web", pod="uid")
    assert names.complete(container) is found


def test_an_identifier_never_leaves_its_folder(tmp_path: Path) -> None:
    """Only 64 hexadecimal digits become part of a path."""
    put(tmp_path, "/var/lib/docker/containers/x/config.v2.json", {"Name": "/stolen"})
    container = Container("docker", "../containers/x")
    assert ContainerNames(str(tmp_path)).complete(container) is container


def test_the_cache_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many containers come by, no more than the limit is kept."""
    monkeypatch.setattr("netmon.platforms.linux.containers.CACHE_LIMIT", 2)
    names = ContainerNames(str(tmp_path))
    for number in range(5):
        put(tmp_path, DOCKER.replace("{id}", f"{number:064x}"), {"Name": "/web"})
        names.complete(Container("docker", f"{number:064x}"))
    assert len(names._known) == 2
    assert CACHE_LIMIT > 2


JSON = st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=5)
KEYS = st.sampled_from(["Config", "Labels", "Name", "annotations", "id", "names", "metadata", "Image"])


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(KEYS, JSON | st.dictionaries(KEYS, JSON)))
def test_records_of_any_shape_are_survived(record: Any) -> None:
    """A file with other types than expected gives nothing, and no error."""
    for facts in (
        machine(repr(record)),
        lxc(repr(record)),
        docker(record),
        bundle(record),
        storage([record, {**record, "id": ID}], ID),
        storage(record, ID),
    ):
        assert all(isinstance(value, str) for value in facts.values())


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000, "\xff"])
def test_damaged_files_are_survived(tmp_path: Path, content: str) -> None:
    """A torn or absurd file gives nothing."""
    put(tmp_path, DOCKER, None)
    (tmp_path / DOCKER.format(id=ID).lstrip("/")).write_text(content, encoding="latin-1")
    container = Container("docker", ID)
    assert ContainerNames(str(tmp_path)).complete(container) is container
