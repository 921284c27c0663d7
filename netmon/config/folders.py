"""Where netmon's files are: the XDG base directories (freedesktop.org, 0.8) of the person who runs it.

In: the environment. Out: paths, and who must own what is created. Rule: under sudo, doas and pkexec these are the files of
the invoking user, not root's; a relative XDG variable does not count (as the specification says). Ask before rights are
dropped: afterwards nothing tells any more who the person was.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Owner(NamedTuple):
    """Who must own what root creates on somebody's behalf."""

    uid: int
    gid: int


class _Person(NamedTuple):
    owner: Owner
    home: Path


def invoking_user(environment: Mapping[str, str]) -> _Person | None:
    """The person behind root; ``None`` when this is not root, or root in person."""
    try:
        import pwd

        if os.geteuid() != 0:
            return None
    except (ImportError, AttributeError):
        return None
    try:
        if environment.get("DOAS_USER"):
            entry = pwd.getpwnam(environment["DOAS_USER"])
        else:
            entry = pwd.getpwuid(int(environment.get("SUDO_UID") or environment.get("PKEXEC_UID") or 0))
    except (KeyError, ValueError, OverflowError):
        return None
    return _Person(Owner(entry.pw_uid, entry.pw_gid), Path(entry.pw_dir)) if entry.pw_uid else None


def _folder(environment: Mapping[str, str], variable: str, usual: str) -> Path:
    given = environment.get(variable, "")
    if given and Path(given).is_absolute():
        return Path(given) / "netmon"
    person = invoking_user(environment)
    home = person.home if person is not None else Path(environment.get("HOME") or Path.home())
    return home / usual / "netmon"


def configuration_path(environment: Mapping[str, str]) -> Path:
    """``~/.config/netmon/config.toml``."""
    return _folder(environment, "XDG_CONFIG_HOME", ".config") / "config.toml"


def state_path(environment: Mapping[str, str]) -> Path:
    """``~/.local/state/netmon/state.json``."""
    return _folder(environment, "XDG_STATE_HOME", ".local/state") / "state.json"


def owner_of_new_files(environment: Mapping[str, str]) -> Owner | None:
    """``None``: whoever creates them."""
    person = invoking_user(environment)
    return person.owner if person is not None else None
