"""The state a run begins with: settings, and what the last run wanted kept.

In: settings (checked already), values out of the state file (checked here: anybody may have written them); out: a state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from netmon.filters.history import KEY, MOST, remembered
from netmon.settings import Settings

from .columns import BY_KEY, SORTABLE
from .grouping import GROUPINGS
from .placing import Chosen
from .state import ViewState
from .theme import THEMES

LARGEST = 500
"""Columns a column may be wide."""


def parsed(columns: Sequence[Any]) -> Chosen:
    """``remote:40`` as key and width; what is no column is left out."""
    found: dict[str, int] = {}
    for column in columns:
        key, _, width = str(column).partition(":")
        if key in BY_KEY:
            found[key] = min(LARGEST, int(width[:5])) if width.isascii() and width.isdigit() else 0
    return tuple(found.items())


def chosen_theme(settings: Settings, kept: Mapping[str, Any]) -> str:
    """The theme to begin with."""
    theme = kept.get("theme")
    return theme if settings.theme == Settings().theme and isinstance(theme, str) and theme in THEMES else settings.theme


def started(state: ViewState, settings: Settings, kept: Mapping[str, Any]) -> ViewState:
    """``state`` with columns, sorting, grouping and theme."""
    given = kept.get("columns")
    columns = parsed(settings.columns) or (parsed(given) if isinstance(given, list) else ())
    sort = settings.sort or kept.get("sort")
    state = replace(state, columns=columns, theme=chosen_theme(settings, kept), saved=tuple(settings.filters))
    if isinstance(sort, str) and sort.removeprefix("-") in SORTABLE:
        key = sort.removeprefix("-")
        state = replace(state, sort=key, descending=BY_KEY[key].numeric != sort.startswith("-"), sort_chosen=True)
    typed = kept.get(KEY)
    if isinstance(typed, list):
        for text in typed[-MOST:]:
            if isinstance(text, str):
                state = replace(state, history=remembered(state.history, text))
    if settings.group in GROUPINGS:
        state = replace(state, group=settings.group)
    return state
