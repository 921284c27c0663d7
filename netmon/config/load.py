"""The configuration file to settings.

In: a path or text. Out: values by ``Settings`` field, and the problems, each with its line. Rule: nothing is guessed: an
unknown key, a wrong type or a value out of range is a problem, and whoever loads decides that the first one ends the run.
What only other rooms know (whether a theme, key, column or filter exists) they check by ``Loaded.lines``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netmon.errors import UsageError
from netmon.settings import Timeouts

from .lines import key_lines
from .schema import KEYS, TABLES, TIMEOUTS

LARGEST = 1 << 20
_AT = re.compile(r"(.*) \(at line (\d+), column (\d+)\)", re.DOTALL)
_FILTER_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong on a line; 0 = with the file as a whole."""

    line: int
    text: str

    def told(self, path: str) -> str:
        """``/home/alice/.config/netmon/config.toml:3: refresh_interval: a number above 0 is expected``."""
        return f"{path}:{self.line}: {self.text}" if self.line else f"{path}: {self.text}"


@dataclass(slots=True)
class Loaded:
    """What a file says."""

    path: str = ""
    """Empty: there is no file."""
    values: dict[str, Any] = field(default_factory=dict)
    """By ``Settings`` field."""
    problems: list[Problem] = field(default_factory=list)
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    def complain(self, key: tuple[str, ...], what: str) -> None:
        """Note a problem with a key."""
        line = self.lines.get(key) or self.lines.get(key[:1], 0)
        self.problems.append(Problem(line, f"{'.'.join(key)}: {what}"))

    @contextmanager
    def noting(self, key: tuple[str, ...]) -> Iterator[None]:
        """A value that cannot be converted (``ValueError``) is a problem of that key."""
        try:
            yield
        except ValueError as error:
            self.complain(key, str(error))

    def require(self) -> None:
        """Raises ``UsageError`` with the first problem."""
        if self.problems:
            ordered = sorted(self.problems, key=lambda problem: problem.line)
            more = f" (and {len(ordered) - 1} more, see: netmon config check)" if len(ordered) > 1 else ""
            raise UsageError(ordered[0].told(self.path) + more)


def load(path: Path, *, required: bool = False) -> Loaded:
    """The file, an empty answer when there is none and it is not ``required``. Raises ``UsageError`` when it cannot be
    read."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise UsageError(f"{path} is no configuration file: larger than {LARGEST} bytes")
        return read(data.decode("utf-8"), str(path))
    except FileNotFoundError as error:
        if required:
            raise UsageError(f"there is no configuration file {path}") from error
        return Loaded()
    except PermissionError as error:
        if not required and not _may_be_seen(path):
            return Loaded()  # somebody else's home, as after setpriv: nobody can mean that file
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text (at byte {error.start})") from error
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error


def _may_be_seen(path: Path) -> bool:
    try:
        path.stat()
    except OSError:
        return False
    return True


def read(document: str, path: str = "config.toml") -> Loaded:
    """What a document says."""
    document = document.replace("\r\n", "\n")
    try:
        raw = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        return Loaded(path, problems=[_syntax(error, document)])
    except RecursionError:
        return Loaded(path, problems=[Problem(0, "nested too deeply")])
    loaded = Loaded(path, lines=key_lines(document))
    for name, value in raw.items():
        if name in TABLES:
            _table(loaded, name, value)
        elif name in KEYS:
            key = KEYS[name]
            with loaded.noting((name,)):
                loaded.values[key.setting] = key.convert(value)
        else:
            loaded.complain((name,), f"there is no such setting{advice(name, [*KEYS, *TABLES])}")
    return loaded


def _syntax(error: tomllib.TOMLDecodeError, document: str) -> Problem:
    found = _AT.fullmatch(str(error))
    if found is not None:
        return Problem(int(found[2]), f"{found[1]} (at column {found[3]})")
    return Problem(document.count("\n") + 1, str(error).removesuffix(" (at end of document)"))


def _table(loaded: Loaded, name: str, value: Any) -> None:
    if not isinstance(value, dict):
        loaded.complain((name,), f"a table is expected: [{name}]")
        return
    found: dict[str, Any] = {}
    for key, one in value.items():
        if (name, key) == ("timeouts", "applications"):
            found[key] = _applications(loaded, one)
        elif name == "timeouts" and key not in TIMEOUTS:
            loaded.complain((name, key), f"there is no such timeout{advice(key, TIMEOUTS)}")
        elif name == "filters" and not _FILTER_NAME.fullmatch(key):
            loaded.complain((name, key), "a filter's name has up to 40 letters, digits, dots, dashes, underscores")
        else:
            with loaded.noting((name, key)):
                found[key] = TABLES[name](one)
    loaded.values[name] = Timeouts(**found) if name == "timeouts" else found


def _applications(loaded: Loaded, value: Any) -> dict[str, float]:
    """Idle timeouts by application protocol, in lower case."""
    found: dict[str, float] = {}
    if not isinstance(value, dict):
        loaded.complain(("timeouts", "applications"), "a table is expected: [timeouts.applications]")
        return found
    for label, one in value.items():
        with loaded.noting(("timeouts", "applications", label)):
            found[label.lower()] = TABLES["timeouts"](one)
    return found


def advice(name: str, names: Any) -> str:
    """``, did you mean HTTP?``, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(name, list(names), 1)
    return f", did you mean {close[0]}?" if close else ""
