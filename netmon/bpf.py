"""libbpf, the system's shared library, through ctypes: open an object, choose programs and constants, load, attach.

In: the bytes of a compiled object (``*.bpf.o``). Out: a loaded ``BpfObject`` with descriptors of maps and programs. Needs
libbpf 1.0 or later at run time and no header or compiler. Rules: whatever libbpf or the kernel refuses is a ``BpfError``
whose text is one line for people; ``log`` keeps the verifier's own words; everything is given back by ``close``.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import NetmonError

LIBRARY = "libbpf.so.1"
LOG_LINES, LOG_BYTES = 400, 1 << 25
BTF = "/sys/kernel/btf/vmlinux"
LOCKDOWN = Path("/sys/kernel/security/lockdown")
_POINTER, _INT, _SIZE, _TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t, ctypes.c_char_p
_U32 = ctypes.c_uint32
_FAILED = re.compile(r"prog '([^']+)': (?:failed to load|BPF program load failed|failed to find kernel BTF type)")

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


class BpfObject:
    """One compiled object: open, ``load``, use, ``close``."""

    def __init__(self, code: bytes, name: str) -> None:
        """Raises ``BpfError`` when libbpf is missing or the bytes are no object."""
        self._library = library()
        self._code = code  # libbpf keeps pointers into it
        self.name = name
        self._links: list[int] = []
        _log.clear()
        self._handle: int | None = self._library.bpf_object__open_mem(code, len(code), None)
        if not self._handle:
            raise self._error("cannot be read")

    @classmethod
    def from_file(cls, path: Path) -> BpfObject:
        """The object in a file. Raises ``BpfError`` when it was not built."""
        try:
            code = path.read_bytes()
        except OSError as error:
            raise BpfError(f"{path.name} was not built (clang was missing at installation)") from error
        return cls(code, path.name)

    def _error(self, what: str, number: int | None = None) -> BpfError:
        number = ctypes.get_errno() if number is None else number
        return BpfError(f"{self.name} {what}: {reason(abs(number))}", abs(number))

    def programs(self) -> list[str]:
        """Names of all programs in it."""
        found, program = [], self._library.bpf_object__next_program(self._handle, None)
        while program:
            found.append(self._library.bpf_program__name(program).decode())
            program = self._library.bpf_object__next_program(self._handle, program)
        return found

    def select(self, names: Iterable[str]) -> None:
        """Before ``load``: only these programs."""
        wanted = set(names)
        for name in self.programs():
            self._library.bpf_program__set_autoload(self._program(name), name in wanted)

    def set_constants(self, values: Mapping[str, int]) -> None:
        """Before ``load``: ``volatile const`` variables by name."""
        section = self._library.bpf_object__next_map(self._handle, None)
        while section and not self._library.bpf_map__name(section).endswith(b".rodata"):
            section = self._library.bpf_object__next_map(self._handle, section)
        if not section:
            raise BpfError(f"{self.name} has no constants")
        size = _SIZE()
        start = self._library.bpf_map__initial_value(section, ctypes.byref(size))
        there = symbols(self._code, ".rodata")
        for name, value in values.items():
            if name not in there:
                raise BpfError(f"{self.name} has no constant {name}")
            offset, length = there[name]
            ctypes.memmove(start + offset, value.to_bytes(length, sys.byteorder), length)

    def set_max_entries(self, name: str, count: int) -> None:
        """Before ``load``: the size of a map."""
        if self._library.bpf_map__set_max_entries(self._map(name), count) < 0:
            raise self._error(f"map {name}")

    def share_map(self, name: str, other: BpfObject) -> None:
        """Before ``load``: use the map of an object that is loaded."""
        if self._library.bpf_map__reuse_fd(self._map(name), other.map_fd(name)) < 0:
            raise self._error(f"map {name}")

    def load(self) -> None:
        """Into the kernel. Raises ``BpfError``; ``refused`` names the program at fault then."""
        code = self._library.bpf_object__load(self._handle)
        if code < 0:
            raise self._error("is refused", code)

    def refused(self) -> str:
        """After a failed ``load``: the program the kernel would not take, empty when it was something else."""
        return next((match[1] for line in reversed(_log) if (match := _FAILED.search(line))), "")

    def _program(self, name: str) -> int:
        found: int | None = self._library.bpf_object__find_program_by_name(self._handle, name.encode())
        if not found:
            raise BpfError(f"{self.name} has no program {name}")
        return found

    def _map(self, name: str) -> int:
        found: int | None = self._library.bpf_object__find_map_by_name(self._handle, name.encode())
        if not found:
            raise BpfError(f"{self.name} has no map {name}")
        return found

    def program_fd(self, name: str) -> int:
        """After ``load``: a program's descriptor (owned by the object)."""
        return int(self._library.bpf_program__fd(self._program(name)))

    def map_fd(self, name: str) -> int:
        """After ``load``: a map's descriptor (owned by the object)."""
        return int(self._library.bpf_map__fd(self._map(name)))

    def counters(self, name: str, count: int) -> list[int]:
        """After ``load``: the first values of an array of 64-bit numbers."""
        descriptor, value = self.map_fd(name), ctypes.c_uint64()
        found = []
        for index in range(count):
            key = _U32(index)
            self._library.bpf_map_lookup_elem(descriptor, ctypes.byref(key), ctypes.byref(value))
            found.append(value.value)
        return found

    def sums(self, name: str, count: int) -> list[int]:
        """After ``load``: the first record of a per-processor array, as 64-bit numbers, summed over the processors."""
        processors = possible_processors()
        values = (ctypes.c_uint64 * (count * processors))()
        key = _U32(0)
        if self._library.bpf_map_lookup_elem(self.map_fd(name), ctypes.byref(key), ctypes.byref(values)) < 0:
            raise self._error(f"map {name}")
        return [sum(values[index::count]) for index in range(count)]

    def attach(self, name: str) -> None:
        """Where its section says. Raises ``BpfError``."""
        self._keep(name, lambda program: self._library.bpf_program__attach(program))

    def attach_cgroup(self, name: str, descriptor: int) -> None:
        """To a control group (version 2). Raises ``BpfError``."""
        self._keep(name, lambda program: self._library.bpf_program__attach_cgroup(program, descriptor))

    def _keep(self, name: str, attach: Callable[[int], int | None]) -> int:
        link = attach(self._program(name))
        if not link:
            raise self._error(f"program {name}")
        self._links.append(link)
        return link

    def run_iterator(self, name: str) -> bytes:
        """One pass of an iterator program; what it wrote. Raises ``BpfError``."""
        link = self._keep(name, lambda program: self._library.bpf_program__attach_iter(program, None))
        descriptor = self._library.bpf_iter_create(self._library.bpf_link__fd(link))
        if descriptor < 0:
            raise self._error(f"iterator {name}", descriptor)
        parts = []
        try:
            while part := os.read(descriptor, 65_536):
                parts.append(part)
        except OSError as error:
            raise self._error(f"iterator {name}", error.errno) from error
        finally:
            os.close(descriptor)
            self._links.remove(link)
            self._library.bpf_link__destroy(link)
        return b"".join(parts)

    def close(self) -> None:
        """Detach and unload; idempotent."""
        for link in self._links:
            self._library.bpf_link__destroy(link)
        self._links.clear()
        if self._handle:
            self._library.bpf_object__close(self._handle)
            self._handle = None


def locked_down() -> bool:
    """Whether this kernel lets nobody, root included, read its memory (lockdown=confidentiality)."""
    try:
        return "[confidentiality]" in LOCKDOWN.read_text()
    except OSError:
        return False


def possible_processors() -> int:
    """How many values a per-processor map has. Raises ``BpfError``."""
    count = int(library().libbpf_num_possible_cpus())
    if count < 1:
        raise BpfError(f"the number of processors is unknown: {reason(abs(count))}", abs(count))
    return count


def symbols(code: bytes, section: str) -> dict[str, tuple[int, int]]:
    """Data symbols of an ELF64 section: name -> (offset, size). The bytes are our own compiler's."""
    little = code[5] == 1

    def number(position: int, length: int) -> int:
        return int.from_bytes(code[position : position + length], "little" if little else "big")

    start, size, count, names = number(40, 8), number(58, 2), number(60, 2), number(62, 2)
    headers = [start + index * size for index in range(count)]

    def text(table: int, offset: int) -> str:
        begin = number(headers[table] + 24, 8) + offset
        return code[begin : code.index(b"\0", begin)].decode()

    wanted = next((index for index in range(count) if text(names, number(headers[index], 4)) == section), -1)
    found: dict[str, tuple[int, int]] = {}
    for header in headers:
        if number(header + 4, 4) != 2:  # SHT_SYMTAB
            continue
        begin, strings = number(header + 24, 8), number(header + 40, 4)
        for position in range(begin, begin + number(header + 32, 8), 24):
            if number(position + 6, 2) == wanted and code[position + 4] & 15 == 1:  # STT_OBJECT
                found[text(strings, number(position, 4))] = (number(position + 8, 8), number(position + 16, 8))
    return found
