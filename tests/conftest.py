"""What holds for every test."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def no_files_of_the_person(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a configuration; no test sees it or what is kept between runs."""
    nowhere = Path(tmp_path_factory.getbasetemp()) / "nowhere"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(nowhere))
    monkeypatch.setenv("XDG_STATE_HOME", str(nowhere))


@contextmanager
def _garbage() -> Iterator[Counter[str]]:
    """Counts objects of ours that nothing refers to any more and that are there all the same."""
    found: Counter[str] = Counter()
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield found
        gc.collect()
        kinds = map(type, gc.garbage)
        found.update(kind.__qualname__ for kind in kinds if kind.__module__.startswith("netmon."))
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.fixture
def garbage() -> Callable[[], AbstractContextManager[Counter[str]]]:
    """``with garbage() as found: ...``: what then waits for the garbage collector, by kind."""
    return _garbage
