"""Which container's packets slirp4netns and pasta carry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from netmon.model.owner import Container
from netmon.platforms.linux.containers import CONFIG_LIMIT, ContainerNames
from netmon.platforms.linux.network_helpers import network_namespace
from netmon.platforms.linux.processes import ProcessReader

pytestmark = pytest.mark.usefixtures("jane")

WEB, DB = "0123456789abcdef" * 4, "fedcba9876543210" * 4
PATH = "/run/user/1000/netns/netns-10056481-13bf"
SLIRP = [
    "/usr/bin/slirp4netns",
    "--mtu=65520",
    "--enable-ipv6",
    "-c",
    "-e",
    "3",
    "-r",
    "4",
    "--netns-type=path",
    PATH,
    "tap0",
]
"""Podman 4.3 with slirp4netns 1.2."""
PASTA = ["/usr/bin/pasta", "--config-net", "-t", "none", "--quiet", "--netns", PATH]
FOLDER = "home/jane/.local/share/containers/storage/vfs-containers"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (SLIRP, PATH),
        (PASTA, PATH),
        (["slirp4netns", "--configure", "4242", "tap0"], ""),
        (["slirp4netns", "--netns-type=path"], ""),
        (["pasta", "--netns"], ""),
        (["pasta", "--netns", "relative"], ""),
        ([], ""),
    ],
)
def test_arguments(words: list[str], expected: str) -> None:
    """The path of the namespace; a process in its place, or nothing, is none."""
    assert network_namespace([word.encode() for word in words]) == expected


def stored(host: Path, networks: dict[str, Any]) -> ContainerNames:
    """Jane's containers, with the path of each one's network namespace."""
    records = [
        {"id": identifier, "names": [name], "metadata": json.dumps({"image-name": f"localhost/{name}:1"})}
        for identifier, name in ((WEB, "web"), (DB, "db"))
    ]
    (host / FOLDER).mkdir(parents=True)
    (host / FOLDER / "containers.json").write_text(json.dumps(records))
    for identifier, path in networks.items():
        (host / FOLDER / identifier / "userdata").mkdir(parents=True)
        entries = [{"type": "pid"}, {"type": "network", "path": path}]
        (host / FOLDER / identifier / "userdata/config.json").write_text(json.dumps({"linux": {"namespaces": entries}}))
    return ContainerNames(str(host))


def test_the_container_of_a_network(tmp_path: Path) -> None:
    """The one whose configuration has the path, with its names; of two none, and none of another user's."""
    names = stored(tmp_path, {WEB: PATH, DB: "/run/user/1000/netns/other"})
    assert names.of_network(PATH, 1000) == Container("podman", WEB, name="web", image="localhost/web:1")
    assert names.of_network(PATH, 0) is None
    assert names.of_network("/run/user/1000/netns/gone", 1000) is None


@pytest.mark.parametrize("networks", [{WEB: PATH, DB: PATH}, {}, {WEB: 7}, {WEB: PATH + "x" * CONFIG_LIMIT}])
def test_no_container_of_a_network(tmp_path: Path, networks: dict[str, Any]) -> None:
    """Two with the same network, none, and configurations that are not like that."""
    assert stored(tmp_path, networks).of_network(PATH, 1000) is None


@pytest.mark.parametrize(
    ("comm", "told"), [(b"slirp4netns", True), (b"pasta.avx2", True), (b"passt.avx2", True), (b"nc", False)]
)
def test_process(proc: Any, tmp_path: Path, comm: bytes, told: bool) -> None:
    """The helper is told with its container; another program with the same arguments is not."""
    base = proc.process(50, comm, arguments=[word.encode() for word in (PASTA if comm.startswith(b"pas") else SLIRP)])
    (base / "status").write_bytes(b"Uid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\n")
    process = ProcessReader(proc.root, stored(tmp_path / "host", {WEB: PATH})).read(50)
    assert process is not None
    assert (process.container is not None and process.container.name == "web") is told
