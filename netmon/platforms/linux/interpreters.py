"""What an interpreter runs: ``python3 /srv/app.py --port 80`` is ``app.py`` to whoever started it.

In: the program's file name and its arguments. Out: the script's file name, ``-m module`` for a module, empty when the
program is no interpreter or runs what it reads from elsewhere. Where an unknown option may take an argument, the next word
that is no option counts as the script, which may be that argument.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from netmon.platforms.text import clean

_INTERPRETER = re.compile(
    r"^(python|pypy|perl|ruby|node|nodejs|deno|bun|php|lua|luajit|tclsh|wish|Rscript|guile|bash|dash|zsh|ksh|fish|sh|java)"
    r"[\d.]*(?:-config|-dbg)?$"
)
_WITH_ARGUMENT = {
    "python": {"-W", "-X", "--check-hash-based-pycs"},
    "pypy": {"-W", "-X"},
    "perl": {"-I", "-M"},
    "ruby": {"-I", "-r", "-E"},
    "node": {"-r", "--require", "--import", "--loader"},
    "nodejs": {"-r", "--require", "--import", "--loader"},
    "php": {"-c", "-d"},
    "java": {"-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules"},
    "bash": {"-O", "-o", "--rcfile", "--init-file"},
}
"""Options whose argument is the next word."""
_PROGRAM_TEXT = {"-c", "-e", "-E", "-p", "--eval", "--print", "-r"}
"""The program is in the arguments: there is no script."""
WORDS = 64


def script_of(program: str, arguments: Sequence[bytes]) -> str:
    """The script, or empty."""
    match = _INTERPRETER.match(program.removesuffix(" (deleted)"))
    if match is None or len(arguments) < 2:
        return ""
    family = match[1]
    with_argument = _WITH_ARGUMENT.get(family, set())
    words = iter([argument.decode("utf-8", "backslashreplace") for argument in arguments[1:WORDS]])
    for word in words:
        if word in with_argument:
            next(words, "")
        elif word == "-m" and family in ("python", "pypy"):
            return clean(f"-m {next(words, '')}").rstrip()
        elif word == "-jar":
            return _file(next(words, ""))
        elif word in _PROGRAM_TEXT and family != "java":
            return ""
        elif (word.startswith("-") and len(word) > 1) or (family in ("deno", "bun") and word in ("run", "x")):
            continue
        elif word == "-":
            return ""
        else:
            return clean(word) if family == "java" else _file(word)
    return ""


def _file(path: str) -> str:
    return clean(path.rstrip("/").rpartition("/")[2])
