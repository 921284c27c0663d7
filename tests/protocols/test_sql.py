"""The verb of a statement, and nothing else of it."""

from __future__ import annotations

import pytest

from netmon.protocols._sql import verb_of_statement


@pytest.mark.parametrize(
    ("text", "verb"),
    [(b"select 1", "SELECT"), (b"\n  -- hint\n/* x */ Insert into t", "INSERT"), (b"hunter2 secret", ""), (b"", ""),
     (b"SELECTED", ""), (b"(select 1)", ""), (b"/* never closed" + b"*" * 500, "")],
)  # fmt: skip
def test_verbs(text: bytes, verb: str) -> None:
    """Known verbs only, behind blanks and comments."""
    assert verb_of_statement(text) == verb
