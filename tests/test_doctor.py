"""``netmon doctor`` and ``netmon interfaces``."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from netmon import doctor
from netmon.cli import main
from netmon.protocols import _engine
from netmon.settings import Settings

LINE = re.compile(r"(ok|--|NO)  (\S[\S ]*?) {2,}(\S.*)")


def report(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    """Verdict and text by what was looked at."""
    lines = capsys.readouterr().out.split("\n\n")[0].splitlines()
    found = [LINE.fullmatch(line) for line in lines]
    assert all(found), lines
    return {match[2]: (match[1], match[3]) for match in found if match is not None}


def test_every_part_is_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    """One line each; the exit status is that of live capture."""
    status = doctor.report(Settings())
    found = report(capsys)
    assert list(found)[:14] == [
        "Python", "libpcap", "live capture", "user", "meter", "inspection", "processes", "kernel events", "name servers",
        "GeoIP", "tables", "configuration", "state", "terminal",
    ]  # fmt: skip
    needed = [found[what][0] for what in ("Python", "libpcap", "live capture")]
    assert status == (0 if needed == ["ok"] * 3 else 1)
    assert re.search(r"\d{5} assignments.*20\d\d-\d\d-\d\d", found["tables"][1])


def test_whether_inspection_is_compiled_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """By what would be imported; plain Python is said to be slower."""
    doctor.report(Settings())
    compiled = not str(_engine.__file__).endswith(".py")
    assert report(capsys)["inspection"][0] == ("ok" if compiled else "--")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert doctor._inspection().told.startswith("plain Python, as is tracking; 1.6 times the CPU time: ")


def test_a_wrong_configuration_is_one_of_the_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It does not keep the rest from being told."""
    path = tmp_path / "c.toml"
    path.write_text("theem = 1\n")
    main(["doctor", "--config", str(path)])
    verdict, told = report(capsys)["configuration"]
    assert (verdict, told.split(": ", 1)[0]) == ("NO", f"{path}:1")
    assert "did you mean theme?" in told


def test_what_is_switched_off_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Options count."""
    main(["doctor", "--no-resolve-dns", "--no-kernel-events", "--meter", "native", "--geoip-asn", "/nonexistent.mmdb"])
    found = report(capsys)
    assert found["name servers"][0] == found["kernel events"][0] == "--"
    assert found["GeoIP"] == ("NO", "/nonexistent.mmdb is not used: No such file or directory")
    assert found["meter"][1].startswith("native")


def test_no_interface_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """One that does not exist: the check fails with the list, the exit status is 1, files are still readable."""
    assert main(["doctor", "-i", "nosuch0"]) == 1
    output = capsys.readouterr().out
    assert "NO  live capture   nosuch0: no such interface; there are: " in output
    assert output.endswith("capture files can be read: netmon -r FILE\n")


def test_interfaces_are_listed() -> None:
    """The loopback interface is there, with its address."""
    done = subprocess.run([sys.executable, "-m", "netmon", "interfaces"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stderr == ""
    assert any(re.match(r"lo\d* +up loopback +127\.0\.0\.1/8", line) for line in done.stdout.splitlines())
