"""Bounded reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmon.platforms.linux import files


def test_at_most_the_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files whole, large ones up to the limit, also when that takes several reads."""
    path = tmp_path / "file"
    path.write_bytes(bytes(range(100)))
    assert files.read_bytes(str(path), 10) == bytes(range(10))
    assert files.read_bytes(str(path), 1000) == bytes(range(100))
    monkeypatch.setattr(files, "_PART", 16)
    assert files.read_bytes(str(path), 70) == bytes(range(70))
    assert files.read_bytes(str(path), 1000) == bytes(range(100))


def test_what_cannot_be_read_is_empty(tmp_path: Path) -> None:
    """A missing file and a directory give nothing, not an exception."""
    assert files.read_bytes(str(tmp_path / "missing"), 10) == b""
    assert files.read_bytes(str(tmp_path), 10) == b""
