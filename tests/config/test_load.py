"""The configuration file: values, units, problems with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.config.load import LARGEST, load, read
from netmon.errors import UsageError
from netmon.settings import Timeouts


def test_values_become_settings() -> None:
    """Names and units are the command line's."""
    loaded = read(
        'interface = "eth0"\nrefresh_interval = 500\ndpi = false\nbuffer_size = 4\nassert = ["tcp", "udp"]\n'
        "[timeouts]\nudp = 5\napplications.SSH = 9\n"
        '[keys]\nquit = "F10"\n[colors]\ntext = "#ffffff"\nbad = 9\n[filters]\nweb = "port:80"\n'
    )
    assert loaded.problems == []
    assert loaded.values == {
        "interfaces": ("eth0",), "refresh_interval": 0.5, "inspect": False, "buffer_size": 4 << 20,
        "assertions": ("tcp", "udp"), "timeouts": Timeouts(udp=5.0, applications={"ssh": 9.0}), "keys": {"quit": ("F10",)},
        "colors": {"text": 231, "bad": 9}, "filters": {"web": "port:80"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("document", "line", "words"),
    [
        ("theme = 3", 1, "theme: a text in quotes is expected"),
        ("\n\nrefresh_intervall = 3", 3, "no such setting, did you mean refresh_interval?"),
        ("refresh_interval = 0", 1, "a number above 0"),
        ("refresh_interval = true", 1, "a number"),
        ("once = 1", 1, "true or false"),
        ("snaplen = 1.5", 1, "a whole number above 0"),
        ("buffer_size = 4096", 1, "at most 2047"),
        ("interface = [1]", 1, "a list of texts"),
        ('log_level = "loud"', 1, "one of debug, info"),
        ("speed = nan", 1, "a number"),
        ("once = true\n[timeouts]\nudp = 3\nudpp = 3", 4, "timeouts.udpp: there is no such timeout, did you mean udp?"),
        ("[timeouts]\n\nudp = -1", 3, "a number"),
        ("timeouts = 3", 1, "a table is expected: [timeouts]"),
        ("timeouts.udp = 0", 1, "above 0"),
        ("[timeouts.applications]\nHTTP = 0", 2, "timeouts.applications.HTTP: a number above 0"),
        ("timeouts.applications = 3", 1, "a table is expected: [timeouts.applications]"),
        ('[colors]\ntext = "red"', 2, 'a colour is expected: 0 to 255, or "#rrggbb"'),
        ("[colors]\ntext = 256", 2, "a colour is expected"),
        ('[filters]\n"a b" = "x"', 2, "a filter's name"),
        ('assert = [\n  "tcp",\n  3,\n]\nonce = 2', 1, "assert: a text, or a list"),
        ("theme = \n", 1, "Invalid value"),
        ("once = true\nonce = true", 2, "Cannot overwrite a value"),
        ("once = [", 1, "Invalid value"),
    ],
)
def test_problems_have_lines(document: str, line: int, words: str) -> None:
    """Where and what, for everything that can be wrong."""
    (problem, *_) = read(document).problems
    assert (problem.line, words in problem.text) == (line, True), problem


def test_the_first_problem_ends_the_run() -> None:
    """It is told with file and line, and how many more there are."""
    with pytest.raises(UsageError, match=r"^c\.toml:1: .* \(and 1 more, see: netmon config check\)$"):
        read("a = 1\nb = 2", "c.toml").require()


def test_files(tmp_path: Path) -> None:
    """No file is no problem unless it was asked for; one that is not text is."""
    path = tmp_path / "config.toml"
    assert load(path).values == {}
    with pytest.raises(UsageError, match="there is no configuration file"):
        load(path, required=True)
    path.write_bytes(b"\xff")
    with pytest.raises(UsageError, match="not UTF-8"):
        load(path)
    path.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(UsageError, match="larger than"):
        load(path)
    path.write_bytes(b"once = true\r\n")
    assert load(path).values == {"once": True}


@given(st.text(alphabet="ab_=[]{}\".\n#1 \\'", max_size=60))
@settings(deadline=None, max_examples=300)
def test_nothing_else_is_raised(document: str) -> None:
    """Whatever stands in the file: values or problems, each on a line there is."""
    for problem in read(document).problems:
        assert 0 <= problem.line <= document.count("\n") + 1
