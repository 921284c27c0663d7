"""Tokens to a syntax tree.

    any     = all { OR all }
    all     = one { [AND] one }
    one     = NOT one | "(" any ")" | TERM

In: filter text. Out: a tree, or ``FilterError`` at the offending character with what to do about it. Rule: depth and
length are bounded; the empty filter matches everything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_network

from netmon.errors import FilterError

from .fields import FIELDS, Field, is_generic
from .lexer import Token, tokens
from .regex import compile_regex
from .saved import Expansion
from .syntax import EVERYTHING, And, Compare, Node, Not, Numbers, Or, Present, Regex, Text, Within

DEEPEST = 40
_NETWORK = re.compile(r"[0-9a-fA-F:.]+/\d{1,3}")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?|\.\d+)([a-zA-Z/]*)")
_RANGE = re.compile(r"(\d{1,10})(?:-(\d{1,10}))?")
_INVERSE = {"!=": "="}


def parse(text: str, saved: Mapping[str, str] | None = None) -> Node:
    """The tree of a filter; ``saved`` are those that ``@name`` stands for."""
    return _parse(text, Expansion(saved, _parse))


def _parse(text: str, expansion: Expansion) -> Node:
    parser = _Parser(tokens(text), expansion)
    if parser.token.kind == "END":
        return EVERYTHING
    node = parser.any(0)
    if parser.token.kind != "END":
        raise FilterError("this parenthesis was not opened", parser.token.position)
    return node


class _Parser:
    def __init__(self, found: list[Token], expansion: Expansion) -> None:
        self._tokens = found
        self._expansion = expansion
        self._index = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._index]

    def any(self, depth: int) -> Node:
        parts = [self.all(depth)]
        while self.token.kind == "OR":
            self._index += 1
            parts.append(self.all(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def all(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.token.kind not in ("END", ")", "OR"):
            if self.token.kind == "AND":
                self._index += 1
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def one(self, depth: int) -> Node:
        token = self.token
        if depth > DEEPEST:
            raise FilterError("too many parentheses or NOTs", token.position)
        self._index += 1
        if token.kind == "NOT":
            return Not(self.one(depth + 1))
        if token.kind == "(":
            node = self.any(depth + 1)
            if self.token.kind != ")":
                raise FilterError("this parenthesis is not closed", token.position)
            self._index += 1
            return node
        if token.kind == "TERM":
            name = saved_name(token)
            return self._expansion.tree(name, token.position) if name else term(token)
        self._index -= 1
        raise FilterError("a word or a field is missing here", token.position)


def saved_name(token: Token) -> str:
    """``web`` of ``@web``; empty for any other term."""
    bare = not token.name and token.form == "plain" and len(token.value) > 1
    return token.value[1:] if bare and token.value[0] == "@" else ""


def term(token: Token) -> Node:
    """The meaning of one term."""
    if not token.name:
        if token.form == "regex":
            return Regex("", compile_regex(token.value, token.value_position + 1, lines=True))
        if token.form == "plain" and _NETWORK.fullmatch(token.value):
            return _within("", token)
        return Text("", token.value.lower())
    field = FIELDS.get(token.name)
    if field is None and not is_generic(token.name):
        raise FilterError(f'there is no field "{token.name}"{_advice(token.name)}', token.position)
    operator = token.operator.removeprefix(":")
    if operator in _INVERSE:
        return Not(_field(token, field, _INVERSE[operator]))
    return _field(token, field, operator)


_COLUMNS = {
    "application": "app", "client": "src", "command": "cmd", "direction": "dir", "interface": "iface", "local": "src",
    "location": "country", "loss": "retrans", "network": "asn", "protocol": "proto", "recv": "received", "remote": "dst",
    "total": "bytes",
}  # fmt: skip
"""What columns of the screen are called, and the field for it."""


def _advice(name: str) -> str:
    close = [_COLUMNS[name]] if name in _COLUMNS else get_close_matches(name, FIELDS, 1)
    return f', did you mean "{close[0]}"?' if close else "; put text in quotes"


def _field(token: Token, field: Field | None, operator: str) -> Node:
    if token.name == "field":
        return _generic(token, operator)
    if not token.value and (token.form == "plain" or not operator):
        written = f"{token.name}{token.operator}"
        raise FilterError(f"a value is missing after {written} ({token.name}:* is any)", token.value_position)
    if token.form == "plain" and token.value == "*" and not operator:
        return Present(token.name)
    if field is not None and field.units is not None:
        return Compare(token.name, operator or "=", _amount(token, field))
    if token.form == "regex":
        if field is not None and field.texts is None and field.integers is not None:
            raise FilterError(f"{token.name} is a number", token.value_position)
        return Regex(token.name, compile_regex(token.value, token.value_position + 1))
    if field is not None and field.integers is not None and (field.texts is None or token.value[:1].isdigit()):
        return _integers(token, operator)
    if operator in ("<", "<=", ">", ">="):
        raise FilterError(f"{token.name} is not a number", token.value_position)
    if field is not None and field.addresses is not None and token.form == "plain" and _NETWORK.fullmatch(token.value):
        return _within(token.name, token)
    return Text(token.name, token.value.lower(), whole=operator == "=")


def _generic(token: Token, operator: str) -> Node:
    """``field:http_path`` (has it, as ``http_path:*``), ``field:http_path=/index`` (contains), ``field:http_path=/re/``."""
    name, equals, value = token.value.partition("=")
    if operator or not name or token.form == "regex":
        raise FilterError("a protocol's field is written field:name=text", token.value_position)
    if not equals:
        return Present(name.lower())
    if not value:
        raise FilterError(f"a value is missing after {token.value}", token.value_position + len(token.value))
    if token.form == "plain" and len(value) > 2 and value[0] == value[-1] == "/" and "/" not in value[1:-1]:
        return Regex(name.lower(), compile_regex(value[1:-1], token.value_position + len(name) + 2))
    return Text(name.lower(), value.lower())


def _within(name: str, token: Token) -> Node:
    try:
        return Within(name, ip_network(token.value, strict=False))
    except ValueError as error:
        raise FilterError(f"{token.value} is not a network", token.value_position) from error


def _amount(token: Token, field: Field) -> float:
    """A number with a unit; a time may be several (``1h30m``)."""
    assert field.units is not None
    total, index = 0.0, 0
    while index < len(token.value) or not index:
        found = _AMOUNT.match(token.value, index)
        if found is None:
            raise FilterError("a number is missing here", token.value_position + index)
        digits = re.match(r"[a-zA-Z/]*", found[2])
        unit = digits[0] if digits is not None else ""
        if unit.lower() not in field.units:
            known = " ".join(sorted(name for name in field.units if name))
            raise FilterError(f'no unit "{unit}" here, known: {known}', token.value_position + found.start(2))
        total += float(found[1]) * field.units[unit.lower()]
        index = found.end()
    return total


def _integers(token: Token, operator: str) -> Node:
    """``80,443,8000-8100``, or one number after a comparison."""
    ranges: list[tuple[float, float]] = []
    position = token.value_position
    for piece in token.value.split(","):
        found = _RANGE.fullmatch(piece)
        if found is None:
            raise FilterError("a number or a range such as 8000-8100 is expected here", position)
        low, high = int(found[1]), int(found[2] or found[1])
        if low > high:
            raise FilterError(f"the range {piece} runs backwards", position)
        ranges.append((low, high))
        position += len(piece) + 1
    if operator in ("", "="):
        return Numbers(token.name, tuple(ranges))
    if len(ranges) > 1 or ranges[0][0] != ranges[0][1]:
        raise FilterError(f"one number is expected after {operator}", token.value_position)
    return Compare(token.name, operator, ranges[0][0])
