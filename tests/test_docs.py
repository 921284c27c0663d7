"""The documents tell what the program does."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from netmon.filters import FIELDS, compile_filter
from netmon.options import parser

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = {name for action in parser()._actions for name in action.option_strings}


def test_manual_page_is_current() -> None:
    """docs/netmon.1 is what scripts/make-man makes of the argument parser now."""
    script = str(ROOT / "scripts" / "make-man")
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_manual_page_has_every_option(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every option has its entry, in bold."""
    page = runpy.run_path(str(ROOT / "scripts" / "make-man"))["page"]()
    for name in OPTIONS:
        assert "\\fB" + name.replace("-", "\\-") + "\\fR" in page, name


@pytest.mark.parametrize("name", ["README.md", "docs/json.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_documents_name_real_options_and_files(name: str) -> None:
    """Options of netmon that a document shows exist, and so do the files it links to or tells to run."""
    text = (ROOT / name).read_text(encoding="utf-8")
    for line in re.findall(r"netmon ([^`\n#]*)", text):
        for option in re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", line):
            assert option in OPTIONS, option
    for target in re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r"(?:\./)?(scripts/[\w/-]+\w)", text):
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
