"""Command line over configuration file over defaults; errors to one line and an exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from netmon.cli import main, settings_of
from netmon.config import Loaded, read
from netmon.errors import UsageError
from netmon.settings import Settings

FIXTURE = Path(__file__).parent / "fixtures" / "http.pcap"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the configuration file is."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "netmon").mkdir()
    return tmp_path / "netmon"


def test_precedence() -> None:
    """What was given comes first, then what the file says, then the defaults."""
    loaded = read('theme = "nord"\nrefresh_interval = 250\nshow_localhost = true\n[timeouts]\nudp = 7\n')
    settings = settings_of({"theme": "vivid", "output": "json"}, loaded)
    assert (settings.theme, settings.refresh_interval, settings.show_localhost) == ("vivid", 0.25, True)
    assert (settings.timeouts.udp, settings.timeouts.icmp) == (7.0, Settings().timeouts.icmp)
    assert settings.max_closed == Settings().max_closed


def test_a_file_to_read_leaves_out_interfaces() -> None:
    """Interfaces of the configuration do not stand in the way of -r; both on the command line do."""
    loaded = read('interface = "eth0"\nspeed = 1\n')
    settings = settings_of({"file": "x.pcap", "output": "json"}, loaded)
    assert (settings.interfaces, settings.speed) == ((), 1.0)
    assert settings_of({"output": "json"}, loaded).speed is None
    with pytest.raises(UsageError, match="exclude each other"):
        settings_of({"file": "x", "interfaces": ("eth0",)}, Loaded())
    with pytest.raises(UsageError, match="goes with"):
        settings_of({"speed": 1.0}, Loaded())


def test_a_wrong_file_ends_the_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line with file and line number, exit status 2."""
    (folder / "config.toml").write_text('theme = "vivid"\n\nmeter = "fast"\n')
    assert main(["-r", str(FIXTURE), "--json"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"netmon: {folder / 'config.toml'}:3: meter: one of auto, kernel") and told.count("\n") == 1


def test_saved_filters_on_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """@name stands for a filter of the configuration file."""
    (folder / "config.toml").write_text('[filters]\nweb = "port:8080"\nother = "port:22"\n')
    assert main(["-r", str(FIXTURE), "--meter", "reference", "--assert", "@web", "--assert-none", "@other"]) == 0
    assert main(["-r", str(FIXTURE), "--filter", "@wob"]) == 2
    assert 'no saved filter "wob"; there are: other, web' in capsys.readouterr().err


def test_another_file(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--config names the file; one that is not there is an error, unlike the usual one."""
    assert main(["--config", str(tmp_path / "none.toml"), "interfaces"]) == 2
    assert "there is no configuration file" in capsys.readouterr().err


def test_config_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    """``netmon config`` has words of its own."""
    assert main(["--json", "config"]) == 2
    assert "config comes first" in capsys.readouterr().err
