"""What words without a field are looked for in: everything visible of a connection, in lower case, one value a line.

In: a connection. Out: its texts in three parts. Rule: cheap to make, since the first letter of a filter asks for those of
all connections, and made anew only when something in them has changed; bounded. Two of the parts are shared by many
connections and are then the same object: what is costly to judge, as a regular expression is, is judged once.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from netmon.model.connection import Connection

from .fields import visible_ends, visible_finding, visible_names, visible_owner, visible_rest
from .memo import CACHE_LIMIT, Memo

LONGEST_ENDS = 100


Words = tuple[Connection, str, str, str, str]
"""What is visible of a connection, "" = none such. 0: the connection the rest is of. 1, ends: addresses with ports, ASCII
and of ``LONGEST_ENDS`` characters at most; others stand in 4. 2, look: the ends with 0 for every digit. 3, said: names, and
what the application protocol tells. 4, rest: protocol, state, interface, ... and the process."""
known: dict[str, Words] = {}
"""By identifier."""
_LOOK = str.maketrans("123456789", "000000000")
_once = Memo(lambda text: text)
"""The same text is the same object: its hash is worked out once."""
_texts = attrgetter(
    "protocol", "state", "closed", "service", "interface", "tunnel", "source_mac", "destination_mac", "source_vendor",
    "destination_vendor",
)  # fmt: skip
_objects = attrgetter("direction", "source_place", "destination_place", "owner")
_rests: dict[tuple[Any, ...], tuple[str, tuple[Any, ...]]] = {}
"""By texts and identities of objects: the text, and the objects, so that none other can come to have their identity."""


def forget() -> None:
    """Let go of all texts: nobody looks for words any more."""
    known.clear()
    _once.clear()
    _rests.clear()


def haystack(connection: Connection) -> str:
    """Every visible text of a connection in lower case."""
    found = words(connection)
    return "\n".join(filter(None, (found[1], found[3], found[4])))


def words(connection: Connection) -> Words:
    """The texts of a connection as it stands."""
    old = known.get(connection.identifier)
    if old is None:
        if len(known) >= CACHE_LIMIT:
            known.clear()
    elif old[0] is connection:
        return old
    if old is not None and _same_ends(old[0], connection):
        ends, look = old[1], old[2]
    else:
        ends = "\n".join(visible_ends(connection)).lower()
        if len(ends) > LONGEST_ENDS or not ends.isascii():  # so that quick ways need not ask
            ends = ""
        look = _once[ends.translate(_LOOK)]
    said = old[3] if old is not None and _same_said(old[0], connection) else _said(connection)
    made = known[connection.identifier] = (connection, ends, look, said, _rest(connection, aside=not ends))
    return made


def _said(connection: Connection) -> str:
    finding = connection.finding
    texts = visible_names(connection)
    if finding is not None:
        texts += visible_finding(finding)
    return _once["\n".join(filter(None, texts)).lower()] if texts else ""


def _rest(connection: Connection, *, aside: bool) -> str:
    objects, tcp = _objects(connection), connection.tcp
    key = (*_texts(connection), *map(id, objects), tcp is not None and tcp.reset_by)
    if aside:
        key = (*key, *visible_ends(connection))
    found = _rests.get(key)
    if found is None:
        if len(_rests) >= CACHE_LIMIT:
            _rests.clear()
        texts = visible_rest(connection)
        if connection.owner is not None:
            texts += visible_owner(connection.owner)
        if aside:
            texts += visible_ends(connection)
        found = _rests[key] = ("\n".join(filter(None, texts)).lower(), objects)
    return found[0]


def _same_ends(old: Connection, new: Connection) -> bool:
    return (
        old.source == new.source
        and old.destination == new.destination
        and old.source_port == new.source_port
        and old.destination_port == new.destination_port
    )


def _same_said(old: Connection, new: Connection) -> bool:
    return old.finding is new.finding and old.source_name is new.source_name and old.destination_name is new.destination_name
