"""Digests of executables."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from netmon.platforms.linux import hashes
from netmon.platforms.linux.hashes import Hashes


def test_only_when_asked_and_only_in_compute(tmp_path: Path) -> None:
    """Off: nothing. On: the first question wants the digest, ``compute`` works it out, later ones get it."""
    file = tmp_path / "program"
    file.write_bytes(b"x" * 3_000_000)
    known = Hashes()
    assert (known.known(str(file)), known.compute()) == ("", False)
    known.enabled = True
    assert known.known(str(file)) == ""
    assert known.compute()
    assert known.known(str(file)) == hashlib.sha256(b"x" * 3_000_000).hexdigest()
    assert not known.compute()


def test_another_file_of_the_same_name_is_another(tmp_path: Path) -> None:
    """A replaced executable is hashed anew; a missing one is not."""
    file = tmp_path / "program"
    file.write_bytes(b"one")
    known = Hashes()
    known.enabled = True
    known.known(str(file))
    file.unlink()
    file.write_bytes(b"another")
    assert not known.compute()  # it changed between question and answer
    known.known(str(file))
    assert known.compute()
    assert known.known(str(file)) == hashlib.sha256(b"another").hexdigest()
    assert known.known(str(tmp_path / "nothing")) == ""


def test_large_files_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit nothing is read."""
    monkeypatch.setattr(hashes, "SIZE_LIMIT", 10)
    file = tmp_path / "program"
    file.write_bytes(b"x" * 11)
    known = Hashes()
    known.enabled = True
    assert known.known(str(file)) == ""
    assert not known.compute()
