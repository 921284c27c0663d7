"""A complete configuration file: every key with what it means and what holds without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from netmon.settings import Settings, Timeouts

from .schema import KEYS, TIMEOUTS, Key

HEAD = """\
# netmon's configuration: every setting with its default, commented out. What the command line says comes before it.
# Check it with: netmon config check
"""
APPLICATIONS = """
# The same for an application protocol, instead of what netmon knows about it, such as:
# applications.HTTP = 600
# applications.SSH = 1800"""
EXAMPLES = """
# Filters by name: "@web" in a filter stands for one, also in other filters.
[filters]
# web = "port:80,443 OR app:http"
# slow = "rtt>200ms @web"
"""


def template(actions: Iterable[tuple[str, Sequence[str]]] = (), colors: Mapping[str, int] | None = None) -> str:
    """The file. ``actions`` are those of the screen with their keys, ``colors`` the roles of the theme."""
    defaults = Settings()
    lines = [HEAD]
    lines += [_line(key, getattr(defaults, key.setting)) for key in KEYS.values()]
    lines.append("\n# Seconds without a packet after which a connection counts as over.\n[timeouts]")
    times = Timeouts()
    lines += [f"# {name} = {_written(getattr(times, name))}" for name in TIMEOUTS]
    lines.append(APPLICATIONS)
    lines.append('\n# Keys of the screen, instead of the usual ones: "Ctrl+P", "F5", "PgUp", "x".\n[keys]')
    lines += [f"# {name} = {_written(list(keys))}" for name, keys in actions]
    lines.append('\n# Colours instead of the theme\'s: 0 to 255, or "#rrggbb".\n[colors]')
    lines += [f"# {role} = {color}" for role, color in (colors or {}).items()]
    return "\n".join(lines) + "\n" + EXAMPLES


def _line(key: Key, value: Any) -> str:
    return (
        f"# {key.meaning}\n# {key.name} = {_written(key.back(value))}"
        if value is not None
        else (f"# {key.meaning}\n# {key.name} =")
    )


def default_text(key: Key, defaults: Settings) -> str:
    """What holds without a key, as it would be written in the file; empty when nothing does."""
    value = getattr(defaults, key.setting)
    return "" if value is None or value in ("", ()) else _written(key.back(value))


def _written(value: Any) -> str:
    """A value in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{value:g}" if isinstance(value, float) else str(value)
