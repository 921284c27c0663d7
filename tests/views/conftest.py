"""Makes ``sample`` importable and gives views over it."""

from __future__ import annotations

import sys
from datetime import UTC
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import sample

from netmon.filters import compile_filter
from netmon.model.snapshot import Snapshot
from netmon.settings import Settings
from netmon.views.view import View


@pytest.fixture
def snapshot() -> Snapshot:
    """The busy workstation."""
    return sample.snapshot()


@pytest.fixture
def open_view(snapshot: Snapshot) -> sample.Open:
    """Opens a view of the sample, or of another snapshot, at a size."""

    def build(size: tuple[int, int] = (120, 40), shown: Snapshot | None = None, **settings: object) -> View:
        view = View(Settings(**settings), compile_filter, zone=UTC)  # type: ignore[arg-type]
        view.resize(size)
        view.feed(shown if shown is not None else snapshot)
        return view

    return build
