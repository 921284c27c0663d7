"""One object for what many findings say alike: the versions, ciphers and fingerprints of a client's connections.

In: findings. Out: the same findings, which hold fewer objects. Rule: bounded; only what may live long is worth it, so
connections from a file are left as they are.
"""

from __future__ import annotations

from netmon.model.finding import Field, Finding

MOST = 65_536


class Sharing:
    """The fields and texts met so far."""

    def __init__(self) -> None:
        self._fields: dict[Field, Field] = {}
        self._texts: dict[str, str] = {}

    def share(self, finding: Finding) -> None:
        """Let the finding hold the first objects of those that are equal to its own. It stays equal to what it was."""
        if len(self._fields) > MOST or len(self._texts) > MOST:
            self._fields.clear()
            self._texts.clear()
        field_of, text_of, put = self._fields.setdefault, self._texts.setdefault, object.__setattr__
        put(finding, "fields", tuple([field_of(field, field) for field in finding.fields]))
        put(finding, "hostname", text_of(finding.hostname, finding.hostname))
        put(finding, "summary", text_of(finding.summary, finding.summary))
