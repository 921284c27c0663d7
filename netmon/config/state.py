"""What is kept between runs: columns, sort, theme, filter history; a small JSON object that only its owner may read.

In and out: a mapping of JSON values. Rule: never in the way: a file that is damaged, foreign or cannot be written is noted
and otherwise ignored. Values are whatever was written by anybody: who takes one out checks it (``texts_of``). Make the
object before rights are dropped (``folders``); it does its work in one blocking call of well under a millisecond.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .folders import Owner, owner_of_new_files, state_path
from .private import make_folder, write_private

LARGEST = 1 << 18
Values = dict[str, Any]


class StateFile:
    """The state of one user."""

    def __init__(self, path: Path, owner: Owner | None = None) -> None:
        self.path = path
        self.note = ""
        """Why the last ``load`` or ``save`` did nothing."""
        self._owner = owner
        self._last: Values = {}

    @classmethod
    def usual(cls, environment: Mapping[str, str] | None = None) -> StateFile:
        """In the invoking user's XDG state folder."""
        known = os.environ if environment is None else environment
        return cls(state_path(known), owner_of_new_files(known))

    def prepare(self) -> None:
        """Make the folder, while that is still allowed."""
        try:
            make_folder(self.path.parent, self._owner)
        except OSError as error:
            self.note = f"nothing is kept between runs: {error.strerror}: {self.path.parent}"

    def load(self) -> Values:
        """What was kept; empty when there is nothing that makes sense."""
        self.note = ""
        try:
            with self.path.open("rb") as file:
                values = json.loads(file.read(LARGEST))
        except FileNotFoundError:
            values = {}
        except OSError as error:
            self.note = f"{self.path} is ignored: {error.strerror}"
            values = {}
        except (ValueError, RecursionError):
            self.note = f"{self.path} is damaged and ignored; it will be written anew"
            values = {}
        if not isinstance(values, dict):
            self.note = f"{self.path} is damaged and ignored; it will be written anew"
            values = {}
        self._last = values
        return dict(values)

    def save(self, changes: Mapping[str, Any]) -> bool:
        """Keep these values besides those kept already; ``None`` forgets one. ``False`` (and a note) when it failed."""
        before = self._last or self.load()
        values = {key: value for key, value in {**before, **changes}.items() if value is not None}
        if values == self._last:
            return True
        data = json.dumps(values, indent=1, ensure_ascii=True, allow_nan=False).encode("ascii")
        if len(data) > LARGEST:
            self.note = f"the state is too large to be kept ({len(data)} bytes)"
            return False
        try:
            write_private(self.path, data, self._owner)
        except OSError as error:
            self.note = f"nothing is kept between runs: {error.strerror}: {self.path}"
            return False
        self.note, self._last = "", values
        return True


def texts_of(values: Mapping[str, Any], key: str, most: int = 1000) -> tuple[str, ...]:
    """A list of texts out of a state, whatever stands there."""
    found = values.get(key)
    return tuple(one for one in found[:most] if isinstance(one, str)) if isinstance(found, list) else ()
