"""The verb of an SQL statement, and nothing else of it.

In: the beginning of a statement. Out: its first word when that is one of the language's verbs; statements themselves hold
data and secrets and are never kept.
"""

from __future__ import annotations

import re

from ._text import words

VERBS = words(
    "SELECT INSERT UPDATE DELETE MERGE REPLACE WITH VALUES CREATE ALTER DROP TRUNCATE RENAME COMMENT GRANT REVOKE BEGIN "
    "START COMMIT ROLLBACK SAVEPOINT RELEASE ABORT END SET RESET SHOW USE DESCRIBE DESC EXPLAIN ANALYZE VACUUM COPY LOAD "
    "CALL DO EXEC EXECUTE PREPARE DEALLOCATE DECLARE FETCH CLOSE MOVE LISTEN UNLISTEN NOTIFY LOCK UNLOCK KILL FLUSH DISCARD "
    "CLUSTER REINDEX CHECKPOINT REFRESH IF WHILE PRINT WAITFOR BULK BACKUP RESTORE HANDLER OPTIMIZE REPAIR CHECK CHANGE "
    "HELP XA START_REPLICATION IDENTIFY_SYSTEM TABLE"
)
_WORD = re.compile(rb"^(?:\s|--[^\n]{0,40}\n|/\*[^*]{0,40}\*/)*([A-Za-z_]{2,20})(?![A-Za-z_0-9])")


def verb_of_statement(text: bytes) -> str:
    """``SELECT``; empty when the statement begins with something else."""
    match = _WORD.match(text[:128])
    verb = match[1].decode("ascii").upper() if match is not None else ""
    return verb if verb in VERBS else ""
