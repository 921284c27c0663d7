"""Whose folders are used."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from netmon.config import folders

ALICE = pwd.struct_passwd(("alice", "x", 1000, 1001, "", "/home/alice", "/bin/sh"))


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> None:
    """This is root, and there is a user 1000."""
    known = {1000: ALICE, 0: pwd.struct_passwd(("root", "x", 0, 0, "", "/root", "/bin/sh"))}
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwuid", known.__getitem__)
    monkeypatch.setattr(pwd, "getpwnam", {"alice": ALICE}.__getitem__)


@pytest.mark.parametrize("environment", [{"SUDO_UID": "1000"}, {"PKEXEC_UID": "1000"}, {"DOAS_USER": "alice"}])
def test_the_invoking_user(root: None, environment: dict[str, str]) -> None:
    """Under sudo, pkexec and doas the files are the user's, and owned by them."""
    environment["HOME"] = "/root"
    assert folders.configuration_path(environment) == Path("/home/alice/.config/netmon/config.toml")
    assert folders.state_path(environment) == Path("/home/alice/.local/state/netmon/state.json")
    assert folders.owner_of_new_files(environment) == (1000, 1001)


@pytest.mark.parametrize("environment", [{}, {"SUDO_UID": "0"}, {"SUDO_UID": "x"}, {"SUDO_UID": "77"}, {"DOAS_USER": "eve"}])
def test_root_in_person(root: None, environment: dict[str, str]) -> None:
    """Root without anybody behind it, or with somebody who does not exist, is root."""
    assert folders.configuration_path({**environment, "HOME": "/root"}) == Path("/root/.config/netmon/config.toml")
    assert folders.owner_of_new_files(environment) is None


def test_the_variables_are_nothing_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """SUDO_UID counts for root only."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    environment = {"SUDO_UID": "0", "HOME": "/home/alice"}
    assert folders.state_path(environment) == Path("/home/alice/.local/state/netmon/state.json")
    assert folders.owner_of_new_files(environment) is None


def test_xdg_variables() -> None:
    """Absolute ones count, relative ones do not."""
    assert folders.configuration_path({"XDG_CONFIG_HOME": "/x", "HOME": "/h"}) == Path("/x/netmon/config.toml")
    assert folders.state_path({"XDG_STATE_HOME": "x", "HOME": "/h"}) == Path("/h/.local/state/netmon/state.json")
