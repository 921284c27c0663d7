"""What was typed on the filter line before (features 8.3): plain functions on a tuple of texts, newest last.

Rule: bounded; a text stands in it once. The state file keeps the tuple under ``KEY``.
"""

from __future__ import annotations

from collections.abc import Sequence

from .lexer import LONGEST

KEY = "filter_history"
MOST = 200


def remembered(history: Sequence[str], text: str) -> tuple[str, ...]:
    """The history with ``text`` as its newest entry; empty and overlong texts are not kept."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return tuple(history)
    return (*(one for one in history if one != text), text)[-MOST:]


def recalled(history: Sequence[str], typed: str, current: str, step: int) -> str:
    """The text to show when a person who had typed ``typed`` and sees ``current`` asks for the one before (``step`` -1) or
    after (1): entries that begin with what was typed; past the newest, what was typed; at the oldest, the oldest."""
    entries = [one for one in history if one.startswith(typed) and one != typed]
    if not entries:
        return typed
    at = entries.index(current) if current in entries else len(entries)
    at = max(0, at + step)
    return entries[at] if at < len(entries) else typed
