"""Standard input with a capture on it and keys from the terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netmon.capture import standard_input

SCRIPT = """
import os, sys
from netmon.capture import standard_input
standard_input.TERMINAL = sys.argv[1]
print(standard_input.give_to_keys(), os.read(standard_input.descriptor(), 99), os.read(0, 99))
"""


def test_keys_and_capture_change_places(tmp_path: Path) -> None:
    """Whoever reads descriptor 0 reads the terminal, whoever asks for the capture gets that."""
    terminal = tmp_path / "terminal"
    terminal.write_bytes(b"keys")
    command = [sys.executable, "-c", SCRIPT, str(terminal)]
    done = subprocess.run(command, input=b"capture", capture_output=True, check=True, timeout=30)
    assert done.stdout.decode().strip() == "True b'capture' b'keys'"


def test_without_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything stays as it is."""
    monkeypatch.setattr(standard_input, "TERMINAL", str(tmp_path / "none"))
    assert not standard_input.give_to_keys()
    assert standard_input.descriptor() == 0
