"""The documents tell what the program does."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from netmon import __version__
from netmon.config.schema import KEYS, TIMEOUTS
from netmon.filters import FIELDS, compile_filter
from netmon.names import oui, services
from netmon.options import parser
from netmon.views.action import Action
from netmon.views.keymap import BINDINGS, build

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = {name for action in parser()._actions for name in action.option_strings}


def test_generated_documents_are_current() -> None:
    """docs/netmon.1, keys.md and configuration.md are what scripts/make-man makes of the program now."""
    script = str(ROOT / "scripts" / "make-man")
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_manual_page_has_every_option(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every option has its entry, in bold."""
    page = runpy.run_path(str(ROOT / "scripts" / "make-man"))["page"]()
    for name in OPTIONS:
        assert "\\fB" + name.replace("-", "\\-") + "\\fR" in page, name


def test_protocol_list_is_current() -> None:
    """docs/protocols.md is what scripts/make-protocols makes of the registry now: every protocol, every field."""
    script = str(ROOT / "scripts" / "make-protocols")
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "docs/json.md",
        "docs/configuration.md",
        "docs/filters.md",
        "docs/protocols.md",
        "docs/accuracy.md",
        "docs/performance.md",
        "docs/kernels.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
    ],
)
def test_documents_name_real_options_and_files(name: str) -> None:
    """Options of netmon that a document shows exist, and so do the files it links to or tells to run."""
    text = (ROOT / name).read_text(encoding="utf-8")
    for line in re.findall(r"netmon ([^`\n#]*)", text):
        for option in re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", line):
            assert option in OPTIONS, option
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / name).parent.joinpath(target).exists(), target
    for target in re.findall(r"(?:\./)?(scripts/[\w/-]+\w)", text):
        assert (ROOT / target).exists(), target


def test_every_filter_field_is_documented() -> None:
    """docs/filters.md lists the fields of the filter language with their meanings, all of them and no other."""
    table = (ROOT / "docs" / "filters.md").read_text(encoding="utf-8").split("## Fields")[1]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.MULTILINE))
    assert rows == {name: field.meaning for name, field in FIELDS.items()}


def test_filters_shown_in_the_documents_parse() -> None:
    """Every filter in the README and every quoted one in the help is one."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"--(?:filter|assert|assert-none) (?:'([^']*)'|([\w:.]+))", readme + parser().format_help())
    block = readme.split("## Filters")[1].split("All fields")[0]
    filters = [one or other for one, other in shown] + re.findall(r"^    (\S.*?)  +\S", block, re.MULTILINE)
    assert len(filters) > 12
    for text in filters:
        compile_filter(text)


def test_every_setting_is_documented() -> None:
    """docs/configuration.md has every key with a meaning and its own option, and every timeout."""
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE))
    assert rows.keys() == KEYS.keys() | set(TIMEOUTS)
    assert all(key.meaning for key in KEYS.values())
    assert len({key.meaning for key in KEYS.values()}) == len(KEYS)


def test_keys_in_the_documents_are_those_of_the_key_map() -> None:
    """docs/keys.md and the manual page have every key of every action; what the README shows exists and means that."""
    keys = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    script = runpy.run_path(str(ROOT / "scripts" / "make-man"))
    page, escaped = script["page"](), script["escaped"]
    for binding in BINDINGS:
        (row,) = re.findall(rf"^\| (.*) \| .* \| `{binding.action.value}` \|$", keys, re.MULTILINE)
        assert re.findall(r"`+ ?(.+?) ?`+(?= |$)", row) == list(binding.keys)
        assert all(f"\\fB{escaped(key)}\\fR" in page for key in binding.keys), binding
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("## Keys")[1].split("\n## ")[0]
    shown = [re.findall(r"`([^`]+)`", cell) for cell in re.findall(r"^\| (.*) \| [^|]* \|$", table, re.MULTILINE)]
    actions = build().actions
    assert [key for row in shown for key in row if key not in actions] == []
    wanted = {
        Action.QUIT,
        Action.HELP,
        Action.FILTER,
        Action.GROUP,
        Action.SORT_NEXT,
        Action.OPEN,
        Action.PAUSE,
        Action.COPY,
    }
    assert wanted <= {actions[key] for row in shown for key in row}


def test_the_changelog_is_about_this_version() -> None:
    """Its newest part is the version the program tells, and it lists what there is."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", text, re.MULTILINE)
    assert newest is not None and newest[1] == __version__
    assert text.split("\n## ")[1].count("\n- ") > 12


def test_tables_from_elsewhere_have_their_licence() -> None:
    """Every data file in the package is in the README beside it, with where it comes from, its date and its licence; the
    dates are those the program tells."""
    folder = ROOT / "netmon" / "names" / "data"
    text = (folder / "README.md").read_text(encoding="utf-8")
    for path in folder.glob("*.z"):
        row = next(line for line in text.splitlines() if line.startswith(f"| `{path.name}` |"))
        module = {"oui.z": oui, "services.z": services}[path.name]
        date = re.search(r"20\d\d-\d\d-\d\d", module.source())
        assert date is not None and date[0] in row and "public domain" in row


def test_verdicts_on_differences_are_counted() -> None:
    """docs/accuracy.md says how many differences have each verdict; docs/differences.tsv lists each of them once."""
    lines = (ROOT / "docs" / "differences.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [tuple(line.split("\t")) for line in lines]
    assert all(len(row) == 6 and row[3].isdigit() and row[4].isdigit() for row in rows)
    assert len({row[:3] for row in rows}) == len(rows)
    text = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \| (\d+) \| .* \| (?:left out|counted) \|$", text, re.MULTILINE)
    assert {name: int(count) for name, count in told} == Counter(row[5] for row in rows)
