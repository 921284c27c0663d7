"""Names of containers from their managers' files (shortened to the keys that are read)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.owner import Container
from netmon.platforms.linux.containers import BUNDLES, CACHE_LIMIT, DOCKER, STORAGE, ContainerNames, bundle, docker, storage

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
CRIO = {"pod-name": "web-1", "image-name": "nginx:1", "name": "app", "namespace": "shop"}


def put(host: Path, path: str, record: Any) -> None:
    target = host / path.format(id=ID).lstrip("/")
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
            "podman", STORAGE[0], [{"id": "x"}, {"id": ID, "names": ["db"], "metadata": '{"image-name": "postgres:16"}'}],
            ("db", "postgres:16", "", ""),
        ),
        (
            "cri-o", STORAGE[0], [{"id": ID, "names": ["k8s_app"], "metadata": json.dumps(CRIO)}],
            ("app", "nginx:1", "web-1", "shop"),
        ),
        ("containerd", BUNDLES[0], {"annotations": CRI}, ("app", "docker.io/library/nginx:1", "web-1", "shop")),
        ("containerd", BUNDLES[1], {"annotations": {"nerdctl/name": "one"}}, ("one", "", "", "")),
        ("kubernetes", BUNDLES[2], {"annotations": CRI}, ("app", "docker.io/library/nginx:1", "web-1", "shop")),
        ("docker", DOCKER, {"Name": "/\u001b[2J"}, ("\\x1b[2J", "", "", "")),
    ],
)  # fmt: skip
def test_each_manager(tmp_path: Path, runtime: str, path: str, record: Any, expected: tuple[str, str, str, str]) -> None:
    """Name, image, pod and namespace as the manager of that runtime keeps them."""
    put(tmp_path, path, record)
    found = ContainerNames(str(tmp_path)).complete(Container(runtime, ID))
    assert found is not None
    assert (found.name, found.image, found.pod, found.namespace) == expected


def test_without_a_file_the_container_stays_as_it_is(tmp_path: Path) -> None:
    """Nothing is made up; a file that is written later is still found; what is known is read once."""
    names = ContainerNames(str(tmp_path))
    container = Container("docker", ID, pod="uid")
    assert names.complete(None) is None
    assert names.complete(container) is container
    put(tmp_path, DOCKER, {"Name": "/web"})
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
    for facts in (docker(record), bundle(record), storage([record, {**record, "id": ID}], ID), storage(record, ID)):
        assert all(isinstance(value, str) for value in facts.values())


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000, "\xff"])
def test_damaged_files_are_survived(tmp_path: Path, content: str) -> None:
    """A torn or absurd file gives nothing."""
    put(tmp_path, DOCKER, None)
    (tmp_path / DOCKER.format(id=ID).lstrip("/")).write_text(content, encoding="latin-1")
    container = Container("docker", ID)
    assert ContainerNames(str(tmp_path)).complete(container) is container
