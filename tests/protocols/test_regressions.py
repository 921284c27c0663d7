"""What fuzzing has found stays found: every input kept under ``regressions/<file of netmon/protocols>/`` is played again."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from netmon.protocols._registry import MODULES

from ._abuse import abuse

DIRECTORY = Path(__file__).parent / "regressions"
INPUTS = sorted(DIRECTORY.glob("*/*"))


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_survived(path: Path) -> None:
    """Nothing but documented errors, the same whatever the cutting."""
    module = import_module(f"netmon.protocols.{path.parent.name}")
    for protocol in tuple(getattr(module, "PROTOCOLS", None) or (module.PROTOCOL,)):
        abuse(protocol, path.read_bytes())


def test_folders_are_protocols() -> None:
    """A renamed protocol takes its inputs along."""
    assert INPUTS
    assert {path.parent.name for path in INPUTS} <= set(MODULES)
