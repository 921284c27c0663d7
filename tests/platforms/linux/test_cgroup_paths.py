"""Control groups by number."""

from __future__ import annotations

from pathlib import Path

from netmon.platforms.linux.cgroup_paths import CgroupPaths


def test_paths(tmp_path: Path) -> None:
    """The inode of a directory leads to its path; a new group is found when it turns up; unknown ones have none."""
    inner = tmp_path / "system.slice" / "web.service"
    inner.mkdir(parents=True)
    paths = CgroupPaths(str(tmp_path))
    assert paths.path(inner.stat().st_ino) == "/system.slice/web.service"
    assert paths.path(tmp_path.stat().st_ino) == "/"
    assert paths.path(0) == paths.path(2**60) == ""
    paths._next = 0.0
    later = tmp_path / "later.scope"
    later.mkdir()
    assert paths.path(later.stat().st_ino) == "/later.scope"


def test_walking_is_rationed(tmp_path: Path) -> None:
    """Unknown numbers do not make it walk all the time."""
    paths = CgroupPaths(str(tmp_path))
    paths._next = float("inf")
    assert paths.path(tmp_path.stat().st_ino) == ""
    assert CgroupPaths("").path(5) == ""
