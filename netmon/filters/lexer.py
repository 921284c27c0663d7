"""Filter text to tokens.

In: the text a person is typing. Out: tokens with their positions, or ``FilterError`` at the offending character. Words
end at white space, parentheses and ``|``; quotes and ``/regex/`` hold anything. A value that begins with ``/`` is a regular
expression only when its next unescaped ``/`` ends the term, so ``exe:/usr/bin/curl`` is plain text. ``OR``, ``AND`` and
``NOT`` are operators in capitals only. Rule: linear time, no token without a position.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from netmon.errors import FilterError

from .fields import FIELDS

LONGEST = 2000
_NAME = re.compile(r"([A-Za-z][A-Za-z0-9_]*)(:(?:>=|<=|!=|=|>|<)?|>=|<=|!=|=|>|<)")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")
_PLAIN = re.compile(r"[^\s()|\"]+")
_REGEX = re.compile(r"/((?:[^/\\]|\\.)+)/(?=[\s()|]|$)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_SIGNS = {"(": "(", ")": ")", "|": "OR", "&": "AND", "!": "NOT"}
_WORDS = {"OR": "OR", "AND": "AND", "NOT": "NOT"}


class Token(NamedTuple):
    """One token. ``kind`` is ``(``, ``)``, ``OR``, ``AND``, ``NOT``, ``TERM`` or ``END``."""

    kind: str
    position: int
    name: str = ""
    """Of a field; empty for a bare value."""
    operator: str = ""
    value: str = ""
    form: str = "plain"
    """``plain``, ``quoted``, ``regex``."""
    value_position: int = 0
    end: int = 0


def tokens(text: str) -> list[Token]:
    """All tokens, the last one ``END``."""
    if len(text) > LONGEST:
        raise FilterError(f"filter longer than {LONGEST} characters", LONGEST)
    found: list[Token] = []
    position = 0
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        if position >= len(text):
            found.append(Token("END", len(text), end=len(text)))
            return found
        found.append(_token(text, position))
        position = found[-1].end


def _token(text: str, position: int) -> Token:
    sign = text[position]
    kind = _SIGNS.get(sign)
    if kind is not None:
        end = position + (2 if sign in "|&" and text[position : position + 2] == sign * 2 else 1)
        return Token(kind, position, end=end)
    if sign == "-" and position + 1 < len(text) and not text[position + 1].isspace():
        return Token("NOT", position, end=position + 1)
    name = _NAME.match(text, position)
    if name is not None and _is_field(name[1], name[2]):
        value, form, end = _value(text, name.end())
        return Token("TERM", position, name[1].lower(), name[2], value, form, name.end(), end)
    value, form, end = _value(text, position)
    if form == "plain" and value in _WORDS:
        return Token(_WORDS[value], position, end=end)
    return Token("TERM", position, value=value, form=form, value_position=position, end=end)


def _is_field(name: str, operator: str) -> bool:
    """``fe80::1`` and ``dead:beef::`` are addresses, not fields."""
    return name.lower() in FIELDS or not operator.startswith(":") or _HEXADECIMAL.fullmatch(name) is None


def _value(text: str, position: int) -> tuple[str, str, int]:
    """The value at a position, its form, and where it ends; empty when there is none."""
    quoted = _QUOTED.match(text, position)
    if quoted is not None:
        return re.sub(r"\\(.)", r"\1", quoted[1]), "quoted", quoted.end()
    if text[position : position + 1] == '"':
        raise FilterError("this quote is not closed", position)
    regex = _REGEX.match(text, position)
    if regex is not None:
        return regex[1], "regex", regex.end()
    plain = _PLAIN.match(text, position)
    return (plain[0], "plain", plain.end()) if plain is not None else ("", "plain", position)
