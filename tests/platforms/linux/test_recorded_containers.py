"""Containers as real runtimes run them (scripts/record-containers); expected is what the runtime itself said of each."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from netmon.model.owner import Container
from netmon.platforms.linux import monitors
from netmon.platforms.linux.containers import ContainerNames
from netmon.platforms.linux.processes import ProcessReader

RECORDED = json.loads((Path(__file__).parents[2] / "fixtures" / "containers.json").read_text())
CASES = [pytest.param(one, id=f"{name}-{one['told']['name']}") for name, shapes in RECORDED.items() for one in shapes]
FIRST = 50


def rebuilt(proc: Any, host: Path, shape: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> int:
    """The processes, files and users of a recording; answers the container's process."""
    above = shape["above"]
    users = {}
    for place, one in enumerate(above):
        pid, parent = FIRST - place, FIRST - place - 1 if place + 1 < len(above) else 1
        base = proc.process(pid, one["comm"].encode(), parent=parent, arguments=[word.encode() for word in one["arguments"]])
        (base / "ns").mkdir()
        (base / "ns" / "mnt").symlink_to(one["mount_namespace"])
        users[f"{proc.root}/{pid}"] = one["user"]
    (proc.path / str(FIRST) / "cgroup").write_text(shape["cgroup"])
    for path, content in shape["files"].items():
        target = host / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(content))
    monkeypatch.setattr(monitors, "_owner", users.__getitem__)
    return FIRST


@pytest.mark.usefixtures("jane")
@pytest.mark.parametrize("shape", CASES)
def test_what_the_runtime_says(proc: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: dict[str, Any]) -> None:
    """Runtime, identifier, name, image, pod and namespace are those the runtime's own tool told."""
    pid = rebuilt(proc, tmp_path / "host", shape, monkeypatch)
    process = ProcessReader(proc.root, ContainerNames(str(tmp_path / "host"))).read(pid)
    assert process is not None
    assert process.container is not None
    told = dict(shape["told"])
    assert process.container == replace(Container(told.pop("runtime"), told.pop("id")), **told)
