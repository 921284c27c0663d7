"""What an interpreter runs: ``python3 /srv/app.py --port 80`` is ``app.py`` to whoever started it.

In: the program's file name and its arguments. Out: the script's file name, ``-m module`` for a module, Java's main class;
empty when the program is no interpreter, or its program is in the arguments (``sh -c``) or comes from elsewhere. Rules: what
is program text is never shown, since secrets stand in it; what is shown is masked as command lines are. Where an option that
is not in the table takes the next word, that word counts as the script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netmon.platforms.secrets import mask
from netmon.platforms.text import clean

_INTERPRETER = re.compile(
    r"^(python|pypy|perl|ruby|node|nodejs|deno|bun|php|lua|luajit|tclsh|wish|Rscript|guile|bash|dash|zsh|ksh|fish|ash|hush|sh|java"
    r"|dotnet|mono)(?:[\d.]*|-sgen)(?:-config|-dbg|-intel64)?(?:\.exe)?$",
    re.I,
)
_MULTIPLE = "busybox"
"""One program with many names: what it is called decides."""


class _Grammar(NamedTuple):
    """Options of an interpreter. Letters may stand together in one word (``-eux``) unless ``words`` says they are words."""

    text: str = ""
    """Letters whose value is the program."""
    takes: str = ""
    """Letters with a value: the rest of the word, or the next word."""
    attached: str = ""
    """Letters with a value in the same word, or none."""
    apart: str = ""
    """Letters with a value that is always the next word."""
    module: str = ""
    file: str = ""
    """Letters whose value is the script."""
    stdin: str = ""
    """Letters after which there is no script."""
    long: frozenset[str] = frozenset()
    """Options of several letters that take the next word."""
    long_text: frozenset[str] = frozenset()
    """Such options whose value is the program."""
    commands: frozenset[str] = frozenset()
    """Words before the script."""
    words: bool = False


_SHELL = _Grammar(text="c", apart="oO", stdin="s", long=frozenset({"--rcfile", "--init-file"}))
_NODE = _Grammar(
    words=True,
    long=frozenset(
        ("-r", "--require", "--import", "--loader", "--experimental-loader", "--env-file", "-C", "--conditions", "--title")
    ),
    long_text=frozenset({"-e", "--eval", "-p", "--print", "-pe"}),
)
_PATHS = ("-cp", "-classpath", "--class-path", "-p", "--module-path", "--upgrade-module-path", "--patch-module")
_MODULES = ("--add-modules", "--add-opens", "--add-exports", "--add-reads", "--limit-modules")
_GRAMMARS = {
    "python": _Grammar("c", takes="WX", module="m", long=frozenset({"--check-hash-based-pycs"})),
    "perl": _Grammar("eE", takes="I", attached="CDFMVimx0l"),
    "ruby": _Grammar("e", takes="ICrE", attached="FKTWix0", long=frozenset({"--encoding", "--enable", "--disable"})),
    "php": _Grammar("rBRE", takes="cdzSt", file="fF", long=frozenset({"--php-ini", "--define", "--server", "--docroot"})),
    "lua": _Grammar("e", takes="l"),
    "Rscript": _Grammar("e"),
    "guile": _Grammar("c", takes="LCxe", file="sl"),
    "fish": _Grammar("c", takes="Cdof"),
    "node": _NODE,
    "java": _Grammar(
        words=True,
        long=frozenset((*_PATHS, *_MODULES, "--source")),
    ),
    "deno": _Grammar(
        words=True,
        long=frozenset({"-c", "--config", "--import-map"}),
        long_text=frozenset({"eval", "repl"}),
        commands=frozenset({"run", "serve"}),
    ),
    "bun": _Grammar(
        words=True,
        long=frozenset({"-r", "--preload", "--cwd", "-c", "--config"}),
        long_text=frozenset({"-e", "--eval", "-p", "--print"}),
        commands=frozenset({"run", "x"}),
    ),
    "dotnet": _Grammar(words=True, long=frozenset({"--depsfile", "--runtimeconfig"}), commands=frozenset({"exec"})),
    "mono": _Grammar(words=True, long=frozenset({"--config"})),
    **dict.fromkeys(("bash", "dash", "zsh", "ksh", "ash", "hush", "sh"), _SHELL),
}
_SAME = {"pypy": "python", "nodejs": "node", "luajit": "lua"}
_PLAIN = _Grammar()
WORDS = 64


def script_of(program: str, arguments: Sequence[bytes]) -> str:
    """The script, or empty."""
    program = program.removesuffix(" (deleted)")
    if program == _MULTIPLE and arguments:
        program, arguments = _applet(arguments)
    match = _INTERPRETER.match(program)
    if match is None or len(arguments) < 2:
        return ""
    family = match[1] if match[1] in _GRAMMARS else match[1].lower()
    family = _SAME.get(family, family)
    words = iter([argument.decode("utf-8", "backslashreplace") for argument in arguments[1:WORDS]])
    found = _found(family, _GRAMMARS.get(family, _PLAIN), words)
    return clean(mask([found.encode("utf-8", "replace")])) if found else ""


def _applet(arguments: Sequence[bytes]) -> tuple[str, Sequence[bytes]]:
    name = arguments[0].rpartition(b"/")[2].removeprefix(b"-")
    if name == _MULTIPLE.encode() and len(arguments) > 1:
        arguments = arguments[1:]
        name = arguments[0]
    return name.decode("utf-8", "replace"), arguments


def _found(family: str, grammar: _Grammar, words: Iterator[str]) -> str:
    for word in words:
        if word in grammar.long:
            next(words, "")
        elif word in grammar.long_text or word == "-":
            return ""
        elif word == "--" or (family == "java" and word == "-jar"):
            return _file(next(words, ""))
        elif family == "java" and word in ("-m", "--module"):
            return next(words, "")
        elif word.startswith("--") or word in grammar.commands or (grammar.words and word[:1] in ("-", "@")):
            continue
        elif len(word) > 1 and (word[0] == "-" or (word[0] == "+" and grammar is _SHELL)):
            answer = _cluster(grammar, word[1:], words)
            if answer is not None:
                return answer
        elif family == "dotnet":
            return _file(word) if word.endswith((".dll", ".exe")) else ""
        else:
            return word if family == "java" else _file(word)
    return ""


def _cluster(grammar: _Grammar, letters: str, words: Iterator[str]) -> str | None:
    """What letters in one word say about the script: the answer, or ``None`` = look further."""
    apart = 0
    for at, letter in enumerate(letters):
        rest = letters[at + 1 :]
        if letter in grammar.text or letter in grammar.stdin:
            return ""
        if letter in grammar.module:
            return f"-m {rest or next(words, '')}".rstrip()
        if letter in grammar.file:
            return _file(rest or next(words, ""))
        if letter in grammar.takes and not rest:
            next(words, "")
        if letter in grammar.takes or letter in grammar.attached:
            # Perl's -l and -0 take digits only.
            if letter in "l0" and letter in grammar.attached and not rest[:1].isdigit():
                continue
            break
        apart += letter in grammar.apart
    for _ in range(apart):
        next(words, "")
    return None


def _file(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]
