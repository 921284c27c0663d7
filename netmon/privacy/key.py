"""The key of the stand-ins: another one every run, or one kept in a file so that runs can be compared."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from netmon.config.folders import owner_of_new_files
from netmon.config.private import write_private
from netmon.errors import UsageError

LENGTH = 32


def load_key(path: str) -> bytes:
    """The key in the file, which is made (0600) when it is missing; a fresh one without a path. Raises ``UsageError``."""
    if not path:
        return secrets.token_bytes(LENGTH)
    try:
        return _parsed(path)
    except FileNotFoundError:
        key = secrets.token_bytes(LENGTH)
    except OSError as error:
        raise UsageError(f"cannot read the privacy key {path}: {error.strerror}") from error
    try:
        write_private(Path(path).absolute(), key.hex().encode() + b"\n", owner_of_new_files(os.environ))
    except OSError as error:
        raise UsageError(f"cannot write the privacy key {path}: {error.strerror}") from error
    return key


def _parsed(path: str) -> bytes:
    with Path(path).open("rb") as file:
        text = file.read(4 * LENGTH)
    try:
        key = bytes.fromhex(text.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != LENGTH:
        raise UsageError(f"{path} is no privacy key: {2 * LENGTH} hexadecimal digits are expected")
    return key
