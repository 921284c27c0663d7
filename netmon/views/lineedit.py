"""Typing on the filter and search line.

In: a state whose ``line`` is being typed and a key; out: the next state, with the filter compiled anew after every
change. An expression that does not parse keeps the last good result and remembers where the error is; one whose end is
only not typed yet (``tcp port:``) shows what matches the terms before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from netmon.errors import FilterError
from netmon.filters import completion
from netmon.filters.history import recalled, remembered
from netmon.model.snapshot import Snapshot

from . import state as st
from .actions import find
from .lane import Predicate
from .state import Filter, Line, ViewState

Compile = Callable[[str], Predicate]
MAX_LINE = 1000


def compiled(text: str, before: Filter, compile_filter: Compile) -> Filter:
    """The filter for ``text``."""
    if not text.strip():
        return Filter()
    try:
        return Filter(text, compile_filter(text))
    except FilterError as error:
        predicate = before.predicate
        if error.position >= len(text.rstrip()):
            done = compiled(text.rstrip().rpartition(" ")[0], before, compile_filter)
            predicate = done.predicate
        return Filter(text, predicate, str(error), error.position)


def insert(line: Line, new: str) -> Line:
    """The line with a text typed or pasted at the cursor, as much as there is room for."""
    new = new[: max(0, MAX_LINE - len(line.text))]
    if not new:
        return line
    at = line.cursor
    return replace(line, text=line.text[:at] + new + line.text[at:], cursor=at + len(new), typed=None)


def edit(line: Line, key: str) -> Line:
    """The line after a key that changes its text or moves in it; the same line after any other."""
    text, at = line.text, line.cursor
    if key == "Space":
        key = " "
    if len(key) == 1:
        return insert(line, key)
    if key == "Backspace" and at:
        return replace(line, text=text[: at - 1] + text[at:], cursor=at - 1)
    if key in ("Delete", "Ctrl+D"):
        return replace(line, text=text[:at] + text[at + 1 :])
    if key == "Ctrl+U":
        return replace(line, text=text[at:], cursor=0)
    if key == "Ctrl+K":
        return replace(line, text=text[:at])
    if key == "Ctrl+W":
        start = len(text[:at].rstrip().rpartition(" ")[0])
        return replace(line, text=text[:start] + text[at:], cursor=start)
    goal = {
        "Left": at - 1, "Ctrl+B": at - 1, "Right": at + 1, "Ctrl+F": at + 1, "Home": 0, "Ctrl+A": 0, "End": len(text),
        "Ctrl+E": len(text),
    }.get(key)  # fmt: skip
    return line if goal is None else replace(line, cursor=max(0, min(len(text), goal)))


def complete(line: Line, state: ViewState, step: int = 1) -> Line:
    """The line with what all completions at the cursor begin with; when that adds nothing, with the first of them, and
    again with the next (``step`` 1) or the one before (-1)."""
    if line.offers:
        return _offered(line, (line.offer + step) % len(line.offers))
    found = completion(line.text, line.cursor, state.table.connections, saved=state.saved)
    if not found.candidates:
        return line
    now = line.text[found.start : found.end]
    first, last = min(found.candidates), max(found.candidates)
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    new = first[:same]
    if len(found.candidates) == 1:
        return _put(line, found.start, found.candidates[0])
    line = replace(line, offers=found.candidates, offer=-1, start=found.start)
    if len(new) > len(now) and new.lower().startswith(now.lower()):
        return _put(line, found.start, new)
    return _offered(line, 0 if step > 0 else len(found.candidates) - 1)


def _offered(line: Line, index: int) -> Line:
    return replace(_put(line, line.start, line.offers[index]), offer=index)


def _put(line: Line, start: int, new: str) -> Line:
    return replace(line, text=line.text[:start] + new + line.text[line.cursor :], cursor=start + len(new))


def typed(state: ViewState, snapshot: Snapshot, key: str, compile_filter: Compile) -> ViewState:
    """The state after a key while a line is typed: arrows move the selection, Enter keeps, Esc clears."""
    line = state.line
    if line is None:
        return state
    moves = {"Up": -1, "Down": 1}
    if key in moves:
        return st.move(state, snapshot, moves[key])
    if key in ("PgUp", "PgDn"):
        return st.move_page(state, snapshot, -1 if key == "PgUp" else 1)
    if key == "Esc":
        if line.purpose == "search":
            return replace(state, line=None, search="")
        return st.observe(replace(state, line=None, filter=Filter()), snapshot)
    if key == "Enter":
        if line.purpose == "filter" and state.filter.error:
            return state
        history = remembered(state.history, line.text) if line.purpose == "filter" else state.history
        return replace(state, line=None, history=history)
    if key in ("Ctrl+P", "Ctrl+N") and line.purpose == "filter":
        first = line.text if line.typed is None else line.typed
        text = recalled(state.history, first, line.text, -1 if key == "Ctrl+P" else 1)
        after = Line("filter", text, len(text), first)
        return st.observe(replace(state, line=after, filter=compiled(text, state.filter, compile_filter)), snapshot)
    if key in ("Tab", "S-Tab") and line.purpose == "filter":
        return _changed(state, snapshot, complete(line, state, 1 if key == "Tab" else -1), compile_filter)
    return _changed(state, snapshot, replace(edit(line, key), offers=(), offer=-1), compile_filter)


def pasted(state: ViewState, snapshot: Snapshot, text: str, compile_filter: Compile) -> ViewState:
    """The state after a paste: its lines in one, at the cursor of the line being typed; nothing when there is none."""
    if state.line is None:
        return replace(state, message="press / to paste a filter")
    text = "".join(character if character.isprintable() else " " for character in text[:MAX_LINE]).strip()
    return _changed(state, snapshot, replace(insert(state.line, text), offers=(), offer=-1), compile_filter)


def _changed(state: ViewState, snapshot: Snapshot, after: Line, compile_filter: Compile) -> ViewState:
    line = state.line
    assert line is not None
    if after.text == line.text:
        return replace(state, line=after)
    if line.purpose == "search":
        state = replace(state, line=after, search=after.text)
        return find(replace(state, cursor=max(-1, state.cursor - 1)), snapshot, 1) if after.text else state
    state = replace(state, line=after, filter=compiled(after.text, state.filter, compile_filter))
    return st.observe(state, snapshot)
