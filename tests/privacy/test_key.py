"""The key of the stand-ins."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmon.errors import UsageError
from netmon.privacy.key import load_key


def test_kept_in_a_file(tmp_path: Path) -> None:
    """Made once, private, the same from then on; without a file another every time."""
    path = tmp_path / "key"
    key = load_key(str(path))
    assert len(key) == 32 and load_key(str(path)) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_key("") != load_key("")


def test_what_is_no_key(tmp_path: Path) -> None:
    """A file that holds something else is not overwritten."""
    path = tmp_path / "key"
    path.write_text("hello")
    with pytest.raises(UsageError, match="is no privacy key"):
        load_key(str(path))
    assert path.read_text() == "hello"
    with pytest.raises(UsageError, match="cannot"):
        load_key(str(tmp_path))
