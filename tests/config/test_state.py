"""What is kept between runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmon.config.state import LARGEST, StateFile, texts_of


def test_comes_back(tmp_path: Path) -> None:
    """What is saved is loaded by the next run; saving adds, None forgets; an unchanged state is not written."""
    path = tmp_path / "netmon" / "state.json"
    state = StateFile(path)
    assert state.load() == {}
    assert state.save({"theme": "nord", "columns": ["process"]})
    assert state.save({"sort": "down", "theme": None})
    assert StateFile(path).load() == {"columns": ["process"], "sort": "down"}
    before = path.stat().st_mtime_ns
    assert StateFile(path).save({"sort": "down"})
    assert path.stat().st_mtime_ns == before
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("data", [b"{", b"[1]", b"\xff", b"[" * 100_000, b"null"])
def test_damage_is_noted_and_ignored(tmp_path: Path, data: bytes) -> None:
    """A damaged file counts as empty, says so, and is written anew."""
    path = tmp_path / "state.json"
    path.write_bytes(data)
    state = StateFile(path)
    assert state.load() == {}
    assert "damaged" in state.note
    assert state.save({"sort": "up"})
    assert state.note == ""
    assert StateFile(path).load() == {"sort": "up"}


def test_never_in_the_way(tmp_path: Path) -> None:
    """What cannot be written, or is too large, is a note."""
    (tmp_path / "file").write_bytes(b"")
    state = StateFile(tmp_path / "file" / "state.json")
    assert state.load() == {}
    assert not state.save({"a": 1})
    assert "nothing is kept" in state.note
    state.prepare()
    state = StateFile(tmp_path / "state.json")
    assert not state.save({"a": "x" * LARGEST})
    assert "too large" in state.note
    assert not (tmp_path / "state.json").exists()


def test_usual_place(tmp_path: Path) -> None:
    """In the XDG state folder; prepare makes it."""
    state = StateFile.usual({"XDG_STATE_HOME": str(tmp_path)})
    assert state.path == tmp_path / "netmon" / "state.json"
    state.prepare()
    assert state.path.parent.is_dir()


def test_texts() -> None:
    """Lists of texts, whatever stands there."""
    assert texts_of({"a": ["x", 3, "y"]}, "a") == ("x", "y")
    assert texts_of({"a": 3}, "a") == texts_of({}, "a") == ()
