"""Writing small private files whole: never half of one, never for others to read, never where somebody else may steer it.

In: a path, bytes, and the person on whose behalf root writes. Out: the file, mode 0600, owned by that person, or
``OSError``. Rule: root writes only into folders that belong to that person, through the folder's descriptor, under a new
name that is then moved: a link planted by anybody leads nowhere.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from .folders import Owner

_DIRECTORY = getattr(os, "O_DIRECTORY", 0) | os.O_RDONLY


def write_private(path: Path, data: bytes, owner: Owner | None) -> None:
    """Put ``data`` into the file at ``path``; missing folders are made (0700)."""
    make_folder(path.parent, owner)
    if not _DIRECTORY & ~os.O_RDONLY:
        _write_plain(path, data)
        return
    folder = os.open(path.parent, _DIRECTORY)
    try:
        if owner is not None and os.fstat(folder).st_uid != owner.uid:
            raise PermissionError(1, f"{path.parent} does not belong to user {owner.uid}")
        name = f".{path.name}.{secrets.token_hex(8)}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        descriptor = os.open(name, flags, 0o600, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                if owner is not None:
                    os.fchown(file.fileno(), *owner)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.rename(name, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=folder)
            raise
    finally:
        os.close(folder)


def make_folder(folder: Path, owner: Owner | None) -> None:
    """The folder, and those above it that are missing, owned by ``owner``."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_folder(folder.parent, owner)
    if owner is None:
        folder.mkdir(mode=0o700, exist_ok=True)
        return
    parent = os.open(folder.parent, _DIRECTORY)
    try:
        if os.fstat(parent).st_uid != owner.uid:
            raise PermissionError(1, f"{folder.parent} does not belong to user {owner.uid}")
        os.mkdir(folder.name, 0o700, dir_fd=parent)
        os.chown(folder.name, *owner, dir_fd=parent, follow_symlinks=False)
    finally:
        os.close(parent)


def _write_plain(path: Path, data: bytes) -> None:
    """Where folders have no descriptors (Windows); access is the folder's business there."""
    other = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        other.write_bytes(data)
        other.replace(path)
    except BaseException:
        other.unlink(missing_ok=True)
        raise
