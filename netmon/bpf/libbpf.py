"""libbpf, the system's shared library: found, declared, and what it and the verifier say kept.

Needs libbpf 1.0 or later at run time and no header or compiler. Rule never to be broken: whatever libbpf or the kernel
refuses is a ``BpfError`` whose text is one line for people; ``log`` keeps the verifier's own words.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from netmon.errors import NetmonError

LIBRARY = "libbpf.so.1"
LOG_LINES, LOG_BYTES = 400, 1 << 25
BTF = "/sys/kernel/btf/vmlinux"
LOCKDOWN = Path("/sys/kernel/security/lockdown")
_POINTER, _INT, _SIZE, _TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t, ctypes.c_char_p
_U32 = ctypes.c_uint32

_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "bpf_object__open_mem": (_POINTER, (_TEXT, _SIZE, _POINTER)),
    "bpf_object__load": (_INT, (_POINTER,)),
    "bpf_object__close": (None, (_POINTER,)),
    "bpf_object__next_program": (_POINTER, (_POINTER, _POINTER)),
    "bpf_object__next_map": (_POINTER, (_POINTER, _POINTER)),
    "bpf_object__find_program_by_name": (_POINTER, (_POINTER, _TEXT)),
    "bpf_object__find_map_by_name": (_POINTER, (_POINTER, _TEXT)),
    "bpf_program__name": (_TEXT, (_POINTER,)),
    "bpf_program__fd": (_INT, (_POINTER,)),
    "bpf_program__set_autoload": (_INT, (_POINTER, ctypes.c_bool)),
    "bpf_program__attach": (_POINTER, (_POINTER,)),
    "bpf_program__attach_cgroup": (_POINTER, (_POINTER, _INT)),
    "bpf_program__attach_iter": (_POINTER, (_POINTER, _POINTER)),
    "bpf_map__name": (_TEXT, (_POINTER,)),
    "bpf_map__fd": (_INT, (_POINTER,)),
    "bpf_map__set_max_entries": (_INT, (_POINTER, _U32)),
    "bpf_map__reuse_fd": (_INT, (_POINTER, _INT)),
    "libbpf_num_possible_cpus": (_INT, ()),
    "bpf_map__initial_value": (_POINTER, (_POINTER, ctypes.POINTER(_SIZE))),
    "bpf_link__fd": (_INT, (_POINTER,)),
    "bpf_link__destroy": (_INT, (_POINTER,)),
    "bpf_iter_create": (_INT, (_INT,)),
    "bpf_map_lookup_elem": (_INT, (_INT, _POINTER, _POINTER)),
    "bpf_map_update_elem": (_INT, (_INT, _POINTER, _POINTER, ctypes.c_uint64)),
    "bpf_map_delete_elem": (_INT, (_INT, _POINTER)),
    "bpf_map_lookup_batch": (_INT, (_INT, *(_POINTER,) * 4, ctypes.POINTER(_U32), _POINTER)),
    "bpf_map_lookup_and_delete_batch": (_INT, (_INT, *(_POINTER,) * 4, ctypes.POINTER(_U32), _POINTER)),
    "libbpf_set_print": (_POINTER, (_POINTER,)),
}


class BpfError(NetmonError):
    """The kernel or libbpf will not do it; the text says why in one line."""

    def __init__(self, text: str, number: int = 0) -> None:
        super().__init__(text)
        self.number = number
        """errno, 0 when there is none."""


_log: list[str] = []


def log() -> list[str]:
    """What libbpf and the verifier said since the last ``clear_log``."""
    return list(_log)


def clear_log() -> None:
    """Forget it: what comes next is about something else."""
    _log.clear()


@lru_cache(maxsize=1)
def library() -> Any:
    """The loaded library with its functions declared. Raises ``BpfError`` when it is not installed or too old."""
    if not sys.platform.startswith("linux"):
        raise BpfError("eBPF exists on Linux only")
    try:
        loaded = ctypes.CDLL(LIBRARY, use_errno=True)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(loaded, name)
            function.restype, function.argtypes = result, arguments
    except OSError as error:
        raise BpfError(f"{LIBRARY} is not installed (Debian and Ubuntu: apt install libbpf1)") from error
    except AttributeError as error:
        raise BpfError(f"{LIBRARY} is older than 1.0") from error
    loaded.libbpf_set_print(ctypes.cast(_listen, _POINTER))
    return loaded


@lru_cache(maxsize=1)
def _formatter() -> Any:
    function = ctypes.CDLL(None).vsnprintf
    function.argtypes = (_TEXT, _SIZE, _TEXT, _POINTER)
    return function


def _told(level: int, form: bytes, arguments: int) -> int:
    """Collects warnings (level 0); the verifier's log comes as one of them."""
    if level == 0:
        # The verifier's reason is at the end of its log. Pages that are not written to are not there.
        with mmap.mmap(-1, LOG_BYTES) as area:
            buffer = (ctypes.c_char * LOG_BYTES).from_buffer(area)
            length = min(_formatter()(buffer, LOG_BYTES, form, arguments), LOG_BYTES - 1)
            del buffer  # a mapping that is pointed to cannot be closed
            text = area[max(0, length - 100 * LOG_LINES) : max(0, length)]
        _log.extend(text.decode("utf-8", "replace").splitlines())
        del _log[:-LOG_LINES]
    return 0


_listen = ctypes.CFUNCTYPE(_INT, _INT, _TEXT, _POINTER)(_told)


def reason(number: int) -> str:
    """An errno in words that say what to do where we know."""
    if number in (errno.EPERM, errno.EACCES):
        return "not permitted: run with sudo, or with CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN"
    return os.strerror(number)


def locked_down() -> bool:
    """Whether this kernel lets nobody, root included, read its memory (lockdown=confidentiality)."""
    try:
        return "[confidentiality]" in LOCKDOWN.read_text()
    except OSError:
        return False


def version(release: str) -> tuple[int, ...]:
    """Major and minor number at the beginning of a kernel's release."""
    return tuple(int(part) for part in re.findall(r"\d+", release)[:2])


def interruptible() -> bool:
    """Whether one packet's program may be interrupted by another packet's on the same processor: on PREEMPT_RT, which from
    Linux 6.18 on may lack the lock that keeps the bottom halves of a processor apart (PREEMPT_RT_NEEDS_BH_LOCK)."""
    kernel = os.uname()
    return "PREEMPT_RT" in kernel.version and version(kernel.release) >= (6, 18)


def possible_processors() -> int:
    """How many values a per-processor map has. Raises ``BpfError``."""
    count = int(library().libbpf_num_possible_cpus())
    if count < 1:
        raise BpfError(f"the number of processors is unknown: {reason(abs(count))}", abs(count))
    return count
