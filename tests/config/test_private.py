"""Files written whole, private, and not through planted links."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from netmon.config.folders import Owner
from netmon.config.private import write_private


def test_private_and_whole(tmp_path: Path) -> None:
    """Missing folders are made; nobody else may read; nothing but the file is left."""
    path = tmp_path / "a" / "b" / "state.json"
    write_private(path, b"one", None)
    write_private(path, b"two", None)
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["state.json"]


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    """A planted link in the file's place leads nowhere."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "state.json").symlink_to(victim)
    write_private(tmp_path / "state.json", b"new", None)
    assert victim.read_bytes() == b"precious"
    assert not (tmp_path / "state.json").is_symlink()


def test_only_into_the_persons_folders(tmp_path: Path) -> None:
    """On somebody's behalf nothing is written where the folder is another's."""
    me = tmp_path.stat().st_uid
    with pytest.raises(PermissionError, match="does not belong"):
        write_private(tmp_path / "state.json", b"x", Owner(me + 1, 0))
    with pytest.raises(PermissionError, match="does not belong"):
        write_private(tmp_path / "new" / "state.json", b"x", Owner(me + 1, 0))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_owned_by_the_person(tmp_path: Path) -> None:
    """Root hands over what it creates, folders too."""
    os.chown(tmp_path, 1234, 1235)
    path = tmp_path / "a" / "b" / "state.json"
    write_private(path, b"x", Owner(1234, 1235))
    for one in (path, path.parent, path.parent.parent):
        assert (one.stat().st_uid, one.stat().st_gid) == (1234, 1235)


def test_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the old file stays and the new one goes."""
    path = tmp_path / "state.json"
    write_private(path, b"old", None)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(path, b"new", None)
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"old"]
