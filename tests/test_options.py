"""The command line: names, units, and that only what was given counts."""

from __future__ import annotations

from dataclasses import fields

import pytest

from netmon.cli import settings_of
from netmon.config import Loaded
from netmon.options import given, parser
from netmon.settings import Settings


@pytest.fixture(autouse=True)
def colourful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)


def test_nothing_given() -> None:
    """An empty command line says nothing, so that the file and the defaults hold."""
    assert given([]) == {"command": None}


def test_every_option_sets_a_setting() -> None:
    """Destinations are fields of the settings."""
    own = {"help", "version", "command", "config"}
    names = {field.name for field in fields(Settings)}
    assert {action.dest for action in parser()._actions} - own <= names


def test_no_option_is_forgotten() -> None:
    """Each changes the settings record."""
    values = {
        "--interface": ["eth9"], "--read": ["x"], "--bpf-filter": ["tcp"], "--show-localhost": [], "--meter": ["native"],
        "--no-dpi": [], "--no-resolve-dns": [], "--show-ptr-lookups": [], "--buffer-size": ["3"], "--snaplen": ["99"],
        "--json": [], "--csv": [], "--filter": ["tcp"], "--once": [], "--duration": ["9"], "--assert": ["tcp"],
        "--assert-none": ["tcp"], "--json-log": ["x"], "--show-secrets": [], "--log-level": ["info"], "--log-file": ["x"],
        "--refresh-interval": ["7"], "--theme": ["nord"], "--no-color": [], "--ascii": [], "--speed": ["2"],
        "--geoip-country": ["x"], "--geoip-city": ["x"], "--geoip-asn": ["x"], "--privacy": [], "--privacy-key": ["x"],
        "--all-sockets": [], "--hash-executables": [], "--no-kernel-events": [],
    }  # fmt: skip
    told = {action.option_strings[-1] for action in parser()._actions if action.option_strings}
    assert set(values) <= told
    default = settings_of({}, Loaded())
    for option in told - {"--help", "--version", "--text", "--config"}:
        extra = ["-r", "x"] if option == "--speed" else []
        found = given([*extra, option, *values[option]])
        found.pop("command")
        assert settings_of(found, Loaded()) != default, option


def test_units() -> None:
    """Milliseconds become seconds, megabytes bytes, repeated options a tuple, no-options false."""
    found = given(
        [
            "--refresh-interval",
            "250",
            "--buffer-size",
            "2",
            "-i",
            "a",
            "-i",
            "b",
            "--no-dpi",
            "--no-color",
            "--csv",
            "--privacy",
        ]
    )
    assert found == {
        "command": None, "refresh_interval": 0.25, "buffer_size": 2 << 20, "interfaces": ("a", "b"), "inspect": False,
        "color": False, "output": "csv", "privacy": True,
    }  # fmt: skip


def test_no_color_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR counts like the option (no-color.org)."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert given([])["color"] is False


@pytest.mark.parametrize(
    "words",
    [
        ["bogus"],
        ["--refresh-interval", "0"],
        ["--json", "--csv"],
        ["--buffer-size", "4096"],
        ["--duration", "nan"],
        ["--nope"],
    ],
)
def test_one_line_for_what_is_wrong(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2, one line, no usage."""
    with pytest.raises(SystemExit) as stopped:
        given(words)
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("netmon: ") and told.count("\n") == 1


def test_commands_go_with_options() -> None:
    """A command may follow options."""
    assert given(["-i", "lo", "doctor", "--no-dpi"]) == {"command": "doctor", "interfaces": ("lo",), "inspect": False}
