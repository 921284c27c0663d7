"""One object for what many findings say alike: all that is said of a client's connections to one server, or the versions,
ciphers and fingerprints of all its connections.

In: findings. Out: the first of those that are equal, which holds the first objects of equal parts. Rule: bounded; only what
may live long is worth it, so connections from a file are left as they are.
"""

from __future__ import annotations

from netmon.model.finding import Field, Finding

MOST = 65_536
WHOLE = 16_384
"""Findings met: most of those that are replaced as more becomes known are in vain."""


class Sharing:
    """The findings, fields and texts met so far."""

    def __init__(self) -> None:
        self._findings: dict[Finding, Finding] = {}
        self._fields: dict[Field, Field] = {}
        self._texts: dict[str, str] = {}

    def share(self, finding: Finding) -> Finding:
        """The finding, or the first one that was equal to it."""
        if len(self._findings) > WHOLE:
            self._findings.clear()
        first = self._findings.setdefault(finding, finding)
        if first is finding:
            self._share_parts(finding)
        return first

    def _share_parts(self, finding: Finding) -> None:
        """Let it hold the first objects of those that are equal to its own. It stays equal to what it was."""
        if len(self._fields) > MOST or len(self._texts) > MOST:
            self._fields.clear()
            self._texts.clear()
        field_of, text_of, put = self._fields.setdefault, self._texts.setdefault, object.__setattr__
        put(finding, "fields", tuple([field_of(field, field) for field in finding.fields]))
        put(finding, "hostname", text_of(finding.hostname, finding.hostname))
        put(finding, "summary", text_of(finding.summary, finding.summary))
