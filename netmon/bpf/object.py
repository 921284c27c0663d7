"""One compiled object (``*.bpf.o``): open, choose programs and constants, load, attach, read its maps.

In: the bytes of the object. Out: a loaded ``BpfObject`` with descriptors of maps and programs. Rules: what is refused is a
``BpfError``; everything is given back by ``close``.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from .elf import symbols
from .libbpf import BpfError, clear_log, library, log, possible_processors, reason

_FAILED = re.compile(r"prog '([^']+)': (?:failed to load|BPF program load failed|failed to find kernel BTF type)")
_SIZE, _U32 = ctypes.c_size_t, ctypes.c_uint32


class BpfObject:
    """One compiled object: open, ``load``, use, ``close``."""

    def __init__(self, code: bytes, name: str) -> None:
        """Raises ``BpfError`` when libbpf is missing or the bytes are no object."""
        self._library = library()
        self._code = code  # libbpf keeps pointers into it
        self.name = name
        self._links: list[int] = []
        clear_log()
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
        return next((match[1] for line in reversed(log()) if (match := _FAILED.search(line))), "")

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
