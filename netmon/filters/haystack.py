"""The text that words without a field are looked for in: everything visible of a connection, in lower case.

In: a connection. Out: its text, one value a line. Rule: made anew only when something in it has changed; shared by all
filters; bounded. What connections share (owners, findings) is put into text once.
"""

from __future__ import annotations

from netmon.model.connection import Connection

from .fields import visible_finding, visible_owner, visible_rest
from .memo import CACHE_LIMIT, ByIdentity

known: dict[str, tuple[Connection, str]] = {}
"""By identifier; read by the quick way of ``terms``."""
_findings = ByIdentity(lambda finding: "\n".join(visible_finding(finding)).lower())
_owners = ByIdentity(lambda owner: "\n".join(visible_owner(owner)).lower())


def haystack(connection: Connection) -> str:
    """Every visible text of a connection in lower case."""
    found = known.get(connection.identifier)
    if found is not None:
        old, text = found
        if old is connection:
            return text
        if _same_words(old, connection):
            known[connection.identifier] = (connection, text)
            return text
    elif len(known) >= CACHE_LIMIT:
        known.clear()
    parts = [text.lower() for text in visible_rest(connection) if text]
    if connection.finding is not None:
        parts.append(_findings(connection.finding))
    if connection.owner is not None:
        parts.append(_owners(connection.owner))
    text = "\n".join(parts)
    known[connection.identifier] = (connection, text)
    return text


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
