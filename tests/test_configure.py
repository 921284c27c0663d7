"""``netmon config``: print, path, check."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from netmon.cli import main
from netmon.config import read
from netmon.configure import complete, judged


def problems(document: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.text) for problem in judged(read(document)).problems]


def test_print_is_a_valid_file_of_defaults() -> None:
    """As printed it sets nothing; with its comments taken away every setting has its default and nothing is wrong."""
    text = complete()
    assert {name: value for name, value in tomllib.loads(text).items() if value} == {}
    live = [re.sub(r"^# (?=[a-z_-]+ = .)", "", line) for line in text.splitlines()]
    loaded = judged(read("\n".join(live)))
    assert loaded.problems == []
    assert loaded.values["refresh_interval"] == 1.0
    assert loaded.values["buffer_size"] == 16 << 20
    assert loaded.values["keys"]["quit"] == ("q",)


@pytest.mark.parametrize(
    ("document", "line", "words"),
    [
        ('theme = "pink"', 1, "there is no theme 'pink'"),
        (
            "[timeouts.applications]\nSSH = 9\nHTPP = 8",
            3,
            "HTPP: no application protocol is called that, did you mean http",
        ),
        ('\n[keys]\nhelp = "?"\nquit = "NoKey"', 4, "no key is called 'NoKey'"),
        ('[keys]\nfly = "x"', 2, "no action is called that"),
        ('[keys]\nquit = "?"', 2, "? would be both help and quit"),
        ('[keys]\nquit = "F9"\ngroup = ["b", "s"]', 3, "s would be both sort-next and group"),
        ('columns = ["process", "colour"]', 1, "there is no column 'colour'"),
        ('columns = ["remote:0"]', 1, "a width from 1 to 500"),
        ('sort = "-speed"', 1, "there is no column '-speed'"),
        ('group = "phase"', 1, "nothing is grouped by 'phase'"),
        ("[colors]\nsky = 3", 2, "nothing is coloured as 'sky'"),
        ('[filters]\na = "port:80"\nb = "port:80 (x"', 3, "this parenthesis is not closed (at character 9"),
        ('[filters]\na = "@b"\nb = "@a"', 2, "leads back to itself"),
        ('filter = "(x"', 1, "this parenthesis is not closed"),
    ],
)
def test_what_other_rooms_know(document: str, line: int, words: str) -> None:
    """Themes, keys, columns, colours and filters that do not exist are told with their line."""
    found = problems(document)
    assert found and found[0][0] == line and words in found[0][1], found


def test_a_fault_hides_no_other() -> None:
    """A key that is given twice is told beside an action that does not exist."""
    assert {line for line, _ in problems('[keys]\ntheme = "x"\nfly = "k"')} == {2, 3}


def test_good_values_pass() -> None:
    """What exists is accepted."""
    assert problems('theme = "nord"\ncolumns = ["process", "remote:40"]\nsort = "-down"\n[keys]\nquit = ["q", "F10"]') == []


def test_check_tells_every_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each on a line of its own, in order; exit status 2."""
    path = tmp_path / "c.toml"
    path.write_text('theme = "pink"\ncolour = true\n')
    assert main(["config", "check", "--config", str(path)]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in told] == [f"{path}:1", f"{path}:2"]
    path.write_text("once = false\n")
    assert main(["config", "check", str(path)]) == 0


def test_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the file is, or would be."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert main(["config", "path"]) == 0
    assert capsys.readouterr().out == f"{tmp_path}/netmon/config.toml\n"


def test_wrong_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Usage, or one line."""
    assert main(["config"]) == 2
    assert main(["config", "--help"]) == 0
    assert main(["config", "chekc"]) == 2
    assert "netmon config chekc is not understood" in capsys.readouterr().err
