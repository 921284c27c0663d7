"""What plug-ins import is all there, and documented."""

from __future__ import annotations

import re
from pathlib import Path

from netmon.protocols import plugin

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "plugins.md"


def test_the_published_names_are_there() -> None:
    """Everything that ``plugin`` lists."""
    assert plugin.__all__ and all(hasattr(plugin, name) for name in plugin.__all__)


def test_the_document_names_what_is_published() -> None:
    """Every class that docs/plugins.md writes in code is published, and its tables have every field of what is said."""
    text = re.sub(r"```.*?```", "", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = {word for code in re.findall(r"`([^`]+)`", text) for word in re.findall(r"\b[A-Z][a-z]+[A-Za-z]*\b", code)}
    assert named <= {*plugin.__all__, "None", "True"}
    for kind in (plugin.Finding, plugin.Field, plugin.Exchange, plugin.LearnedName, plugin.ChildFlow, plugin.Update):
        row = next(line for line in text.splitlines() if line.startswith(f"| `{kind.__name__}` |"))
        assert re.findall(r"`([^`]+)`", row)[1].split() == list(getattr(kind, "_fields", None) or kind.__dataclass_fields__)
