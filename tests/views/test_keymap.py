"""Keys: one table, no conflicts, remapping reported when wrong."""

from __future__ import annotations

import pytest

from netmon.errors import UsageError
from netmon.views.action import Action
from netmon.views.keymap import BINDINGS, build, conflicts, known_key


def test_no_key_does_two_things() -> None:
    """The built-in table has no conflicts and binds every action."""
    assert conflicts(BINDINGS) == []
    assert {binding.action for binding in BINDINGS} == set(Action)
    assert all(known_key(key) for binding in BINDINGS for key in binding.keys)


def test_the_usual_keys() -> None:
    """The keys users of such tools know (features 7.6)."""
    actions = build().actions
    for key, action in {
        "q": Action.QUIT, "Tab": Action.TAB_NEXT, "S-Tab": Action.TAB_PREVIOUS, "[": Action.TAB_PREVIOUS, "j": Action.DOWN,
        "k": Action.UP, "G": Action.LAST, "g": Action.FIRST, "Ctrl+F": Action.PAGE_DOWN, "Ctrl+D": Action.HALF_DOWN,
        "/": Action.FILTER, "s": Action.SORT_NEXT, "S": Action.SORT_FLIP, "a": Action.GROUP, "t": Action.CLOSED,
        "x": Action.CLEAR, "c": Action.COPY, "h": Action.HELP, "?": Action.HELP, "Space": Action.PAUSE, "i": Action.INFO,
    }.items():  # fmt: skip
        assert actions[key] is action


def test_remapping() -> None:
    """A configured key replaces the usual ones, in the map and for help and key bar."""
    keymap = build({"help": ["F2"], "group": "b"})
    assert keymap.actions["F2"] is Action.HELP
    assert "?" not in keymap.actions
    assert keymap.keys_of(Action.GROUP) == ("b",)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"group": "q"}, "q would be both"),
        ({"fly": "b"}, "no action is called 'fly'"),
        ({"group": "Hyper+X"}, "no key is called 'Hyper+X'"),
    ],
)
def test_wrong_mappings_are_reported(changes: dict[str, str | list[str]], said: str) -> None:
    """Conflicts, unknown actions and unknown keys are errors with their name."""
    with pytest.raises(UsageError, match=said.replace("+", r"\+")):
        build(changes)
