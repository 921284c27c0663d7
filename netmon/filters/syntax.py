"""The syntax tree of a filter: frozen values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from .regex import Pattern


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Node


@dataclass(frozen=True, slots=True)
class Text:
    """Some text of the field contains ``needle`` (lower case), or is it when ``whole``; empty field = every visible one."""

    field: str
    needle: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Regex:
    """Some text of the field matches."""

    field: str
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Numbers:
    """Some number of the field lies in one of the ranges (both ends included)."""

    field: str
    ranges: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """The number of the field compares to ``value``; a connection that has none does not."""

    field: str
    operator: str
    """``<``, ``<=``, ``>``, ``>=``, ``=``."""
    value: float


@dataclass(frozen=True, slots=True)
class Within:
    """An address of the field lies in the network; empty field = either end."""

    field: str
    network: IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Present:
    """The field has any value at all."""

    field: str


Node = And | Or | Not | Text | Regex | Numbers | Compare | Within | Present
EVERYTHING = And(())
