"""The text that words without a field are looked for in: everything visible of a connection, in lower case.

In: a connection. Out: its text, one value a line. Rule: made anew only when something in it has changed; shared by all
filters; bounded. What connections share (owners, findings, interface, state, names) is text that is there once: what is
costly to judge, as a regular expression is, is judged once per such text.
"""

from __future__ import annotations

from netmon.model.connection import Connection

from .fields import visible_ends, visible_finding, visible_names, visible_owner, visible_rest
from .memo import CACHE_LIMIT, ByIdentity, Memo

Words = tuple[Connection, str, str, str, str, str, str]
"""What is visible of a connection: all of it, then the parts it is made of: ends, names, rest, finding, owner. "" = none
such. Ends are ASCII and of ``LONGEST_ENDS`` characters at most; others stand in the rest."""
LONGEST_ENDS = 100
known: dict[str, Words] = {}
"""By identifier; read by the quick ways of ``terms`` and ``evaluate``."""
_once = Memo(lambda text: text)
"""The same text is the same object: its hash is worked out once."""
_findings = ByIdentity(lambda finding: _once["\n".join(visible_finding(finding)).lower()])
_owners = ByIdentity(lambda owner: _once["\n".join(visible_owner(owner)).lower()])


def haystack(connection: Connection) -> str:
    """Every visible text of a connection in lower case."""
    return words(connection)[1]


def words(connection: Connection) -> Words:
    """The same with its parts."""
    found = known.get(connection.identifier)
    if found is not None:
        if found[0] is connection:
            return found
        if _same_words(found[0], connection):
            made = known[connection.identifier] = (connection, *found[1:])
            return made
    elif len(known) >= CACHE_LIMIT:
        known.clear()
    ends = "\n".join(visible_ends(connection)).lower()
    aside = ""
    if len(ends) > LONGEST_ENDS or not ends.isascii():  # so that quick ways need not ask
        aside, ends = ends, connection.protocol.lower()
    names = _once["\n".join(filter(None, visible_names(connection))).lower()]
    rest = _once["\n".join(filter(None, (*visible_rest(connection), aside))).lower()]
    finding = "" if connection.finding is None else _findings(connection.finding)
    owner = "" if connection.owner is None else _owners(connection.owner)
    text = "\n".join(filter(None, (rest, "" if aside else ends, names, finding, owner)))
    made = known[connection.identifier] = (connection, text, ends, names, rest, finding, owner)
    return made


def _same_words(old: Connection, new: Connection) -> bool:
    """Nothing visible has changed but numbers."""
    return (
        old.finding is new.finding
        and old.owner is new.owner
        and old.source is new.source
        and old.destination is new.destination
        and old.state == new.state
        and old.closed == new.closed
        and (old.tcp is new.tcp or (old.tcp and old.tcp.reset_by) == (new.tcp and new.tcp.reset_by))
        and old.flow_id == new.flow_id
        and old.source_name is new.source_name
        and old.destination_name is new.destination_name
        and old.direction is new.direction
        and old.source_port == new.source_port
        and old.destination_place is new.destination_place
        and old.protocol == new.protocol
    )
