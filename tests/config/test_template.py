"""The printed file."""

from __future__ import annotations

import tomllib

from netmon.config.schema import KEYS
from netmon.config.template import template


def test_every_key_is_in_it() -> None:
    """Each key stands in it, commented out; what is passed in too."""
    text = template([("quit", ("q", '"'))], {"text": 252})
    assert tomllib.loads(text) == {"timeouts": {}, "keys": {}, "colors": {}, "filters": {}}
    lines = text.splitlines()
    assert all(any(line.startswith(f"# {name} =") for line in lines) for name in KEYS)
    assert '# quit = ["q", "\\""]' in lines
    assert "# text = 252" in lines
