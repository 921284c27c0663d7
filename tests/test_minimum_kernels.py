"""The eBPF objects need no kernel newer than 5.8, but for programs that are left out with a reason: read from the objects.

The versions are those in which Linux got the helper, the program type or the instruction (``git log`` of kernel/bpf and
net/core/filter.c); a helper may have come to a kind of program later than to others.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from netmon.meter import kernel
from netmon.platforms.linux import hooks

Version = tuple[int, int]
SUPPORTED: Version = (5, 8)
HELPERS: dict[int, Version] = {
    1: (3, 19), 2: (3, 19), 3: (3, 19),  # map look-up, update, delete
    5: (4, 1), 8: (4, 1),  # ktime_get_ns, get_smp_processor_id
    14: (4, 2), 15: (4, 2),  # pid and tgid, uid and gid
    26: (4, 5),  # skb_load_bytes
    35: (4, 8),  # get_current_task
    80: (4, 18),  # get_current_cgroup_id
    107: (5, 2),  # sk_storage_get
    112: (5, 5), 113: (5, 5), 115: (5, 5),  # probe_read of user, of kernel, of a kernel's string
    127: (5, 7),  # seq_write
    131: (5, 8), 132: (5, 8),  # ringbuf reserve, submit
    162: (5, 11),  # sock_from_file
}  # fmt: skip
LATER: dict[tuple[str, int], Version] = {
    **{("cgroup/", helper): (5, 7) for helper in (14,)},
    **{("cgroup/", helper): (5, 8) for helper in (35, 112, 113, 115)},
    ("cgroup/connect", 107): (5, 3), ("cgroup/sendmsg", 107): (5, 3),
    ("cgroup/post_bind", 107): (5, 9), ("cgroup/sock_create", 107): (5, 9), ("cgroup/sock_release", 107): (5, 9),
    ("tp_btf/", 107): (5, 11), ("iter/", 107): (5, 11),
}  # fmt: skip
"""Where a kind of program (the beginning of its section's name) got a helper after others."""
KINDS: dict[str, Version] = {
    "socket": (3, 19), "sockops": (4, 13), "cgroup/connect": (4, 17), "cgroup/sendmsg": (4, 18), "cgroup/post_bind": (4, 17),
    "cgroup/sock_create": (4, 10), "cgroup/sock_release": (5, 9), "tp_btf/": (5, 5), "iter/": (5, 8), ".text": (4, 16),
}  # fmt: skip
MAPS: dict[int, Version] = {
    1: (3, 19), 2: (3, 19), 5: (4, 6), 6: (4, 6), 9: (4, 10), 10: (4, 10), 24: (5, 2), 27: (5, 8),
}  # fmt: skip
"""Hash, array, both per processor, both LRU hashes, storage of sockets, ring buffer."""
LOOKING = {35, 112, 113, 115}
"""get_current_task and probe_read: CAP_PERFMON."""
CALL, ATOMIC = 0x85, (0xC3, 0xDB)
NEWEST = (0xD7,)
"""Byte swap; loads that keep the sign are told by their mode."""
SIGNED = (0xBC, 0xBF, 0x34, 0x37, 0x3C, 0x3F, 0x94, 0x97, 0x9C, 0x9F)
"""Moves, divisions and remainders, with sign when their offset is not zero."""
OBJECTS = [hooks.OBJECT, hooks.PLAIN, kernel.OBJECT, kernel.FORGETFUL, kernel.REALTIME]
STACK, STACK_UNIT = 512, 32
"""Bytes that a program and the functions it calls may use together; each is rounded up to so many (newer kernels: to 16)."""


class Elf:
    """Sections and functions of a 64-bit ELF object; the bytes are our own compiler's."""

    def __init__(self, path: Path) -> None:
        self.code = path.read_bytes()
        self.order = "<" if self.code[5] == 1 else ">"
        start, count, names = self._at("Q", 40)[0], self._at("H", 60)[0], self._at("H", 62)[0]
        self.headers = [self._at("IIQQQQIIQQ", start + 64 * index) for index in range(count)]
        self.names = [self._text(names, header[0]) for header in self.headers]

    def _at(self, form: str, offset: int) -> tuple[int, ...]:
        return struct.unpack_from(self.order + form, self.code, offset)

    def _text(self, table: int, offset: int) -> str:
        begin = self.headers[table][4] + offset
        return self.code[begin : self.code.index(b"\0", begin)].decode()

    def section(self, name: str) -> bytes:
        """What is in a section."""
        header = self.headers[self.names.index(name)]
        return self.code[header[4] : header[4] + header[5]]

    def _instruction(self, at: int) -> tuple[int, ...]:
        """Two registers share an octet, the destination's half being the lower one where numbers begin with their lowest."""
        operation, registers, offset, number = self._at("BBhi", at)
        return operation, registers if self.order == "<" else (registers & 15) << 4 | registers >> 4, offset, number

    def functions(self) -> Iterator[tuple[str, str, list[tuple[int, ...]]]]:
        """Section, name and instructions (operation, registers, offset, number) of each."""
        for header in self.headers:
            if header[1] != 2:  # SHT_SYMTAB
                continue
            for at in range(header[4], header[4] + header[5], 24):
                name, info, _, where, value, size = self._at("IBBHQQ", at)
                if info & 15 == 2:  # STT_FUNC
                    begin = self.headers[where][4] + value
                    lines = [self._instruction(begin + offset) for offset in range(0, size, 8)]
                    yield self.names[where], self._text(header[6], name), lines

    def kernel_functions(self) -> set[str]:
        """Those of the kernel's own functions that are called: undefined symbols."""
        found = set()
        for header in self.headers:
            if header[1] == 2:  # SHT_SYMTAB
                symbols = (self._at("IBBHQQ", at) for at in range(header[4], header[4] + header[5], 24))
                found |= {self._text(header[6], name) for name, _, _, where, _, _ in symbols if name and not where}
        return found

    def map_types(self) -> set[int]:
        """``type`` of each map: in BTF the length of an array that a member points to."""
        btf = self.section(".BTF")
        _, _, _, length, types, size, strings, _ = struct.unpack_from(self.order + "HBBIIIII", btf)
        extra = {1: 4, 3: 12, 4: 12, 5: 12, 6: 8, 13: 8, 14: 4, 15: 12, 17: 4, 19: 12}
        each = {4, 5, 6, 13, 15, 19}  # of these kinds so much for each member
        found: list[tuple[int, int, int, list[tuple[int, ...]]]] = [(0, 0, 0, [])]
        at = length + types
        while at < length + types + size:
            name, info, value = struct.unpack_from(self.order + "III", btf, at)
            kind, members = info >> 24 & 31, info & 0xFFFF
            width = extra.get(kind, 0)
            parts = [
                struct.unpack_from(self.order + "I" * (width // 4), btf, at + 12 + width * index)
                for index in range(members if kind in each else bool(width))
            ]
            found.append((kind, name, value, parts))
            at += 12 + width * len(parts)

        def text(offset: int) -> bytes:
            begin = length + strings + offset
            return btf[begin : btf.index(b"\0", begin)]

        result: set[int] = set()
        for kind, name, _, parts in found:
            if kind == 15 and text(name) == b".maps":
                for variable, _, _ in parts:
                    members_of = found[found[variable][2]][3]
                    for member, pointer, _ in members_of:
                        if text(member) == b"type":
                            result.add(found[found[pointer][2]][3][0][2])
        return result


def minimum(section: str, lines: list[tuple[int, ...]]) -> Version:
    """The first kernel that takes a function with these instructions."""
    needed = [next(version for kind, version in KINDS.items() if section.startswith(kind))]
    wide = False
    for operation, registers, offset, number in lines:
        if wide:  # the second half of a 64-bit constant
            wide = False
            continue
        wide = operation == 0x18
        if operation == CALL and registers >> 4 == 0:
            needed.append(HELPERS[number])
            needed += [version for (kind, helper), version in LATER.items() if helper == number and section.startswith(kind)]
        elif operation == CALL:
            assert registers >> 4 == 1, "a call that is linked already"
            needed.append((4, 16))
        elif operation & 7 == 6:  # 32-bit jumps
            needed.append((5, 1) if operation != 0x06 else (6, 6))
        elif operation in ATOMIC:
            needed.append((3, 19) if number == 0 else (5, 12))
        elif operation in NEWEST or (operation & 0xE7 == 0x81) or (operation in SIGNED and offset):
            needed.append((6, 6))
    return max(needed)


def stack(lines: list[tuple[int, ...]]) -> int:
    """Bytes of stack that a function uses: the farthest place below the frame pointer that it reads, writes or passes on."""
    depth, pointers, frame = 0, set(), 10
    for operation, registers, offset, number in lines:
        kind, target, source = operation & 7, registers & 15, registers >> 4
        if (kind in (2, 3) and target == frame) or (kind == 1 and source == frame):
            depth = max(depth, -offset)
        if operation == 0xBF and source == frame:
            pointers.add(target)
        elif target in pointers and kind in (4, 7):
            depth = max(depth, -number if operation == 0x07 else 0)
            pointers.discard(target)
    return depth


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: path.name)
def test_the_stack_is_large_enough(path: Path) -> None:
    """Together with the functions it calls, of which none calls another, and with some to spare: compilers differ."""
    if not path.exists():
        pytest.skip(f"{path.name} was not built: no clang")

    def rounded(size: int) -> int:
        return -(-max(size, 1) // STACK_UNIT) * STACK_UNIT

    called, programs = 0, 0
    for section, _, lines in Elf(path).functions():
        if section == ".text":
            called = max(called, rounded(stack(lines)))
            assert not any(operation == CALL and registers >> 4 for operation, registers, _, _ in lines)
        else:
            programs = max(programs, rounded(stack(lines)))
    assert 0 < programs <= STACK - STACK_UNIT - called


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: path.name)
def test_no_map_is_newer(path: Path) -> None:
    """A kernel that has not the type of one map takes none of the programs."""
    if not path.exists():
        pytest.skip(f"{path.name} was not built: no clang")
    types = Elf(path).map_types()
    assert types and max(MAPS[number] for number in types) <= SUPPORTED


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: path.name)
def test_functions_of_the_kernel(path: Path) -> None:
    """Their signatures change, so none is called, but for two of Linux 6.10 in what is loaded from 6.18 on only."""
    if not path.exists():
        pytest.skip(f"{path.name} was not built: no clang")
    alone = {"bpf_preempt_disable", "bpf_preempt_enable"} if path == kernel.REALTIME else set()
    assert Elf(path).kernel_functions() == alone


@pytest.mark.parametrize("path", [kernel.OBJECT, kernel.FORGETFUL], ids=lambda path: path.name)
def test_the_meter(path: Path) -> None:
    """One program, which has no substitute but counting outside the kernel."""
    if not path.exists():
        pytest.skip(f"{path.name} was not built: no clang")
    functions = {name: minimum(section, lines) for section, name, lines in Elf(path).functions()}
    assert "meter" in functions and max(functions.values()) <= SUPPORTED


def test_what_tells_processes_without_looking_into_them() -> None:
    """The control group hooks and nothing else; no function that needs CAP_PERFMON, not even where it is not called."""
    if not hooks.PLAIN.exists():
        pytest.skip(f"{hooks.PLAIN.name} was not built: no clang")
    functions = {name: lines for _, name, lines in Elf(hooks.PLAIN).functions()}
    assert functions.keys() == {*hooks.CGROUP}
    called = {one[3] for lines in functions.values() for one in lines if one[0] == CALL and one[1] >> 4 == 0}
    assert not called & LOOKING


def test_what_tells_processes() -> None:
    """Every program that needs a newer kernel may be missing: what is lost then is told; those that may not need none."""
    if not hooks.OBJECT.exists():
        pytest.skip(f"{hooks.OBJECT.name} was not built: no clang")
    needed = {name: minimum(section, lines) for section, name, lines in Elf(hooks.OBJECT).functions()}
    assert needed.keys() >= {*hooks.CGROUP, *hooks.TRACING, hooks.STATES, hooks.SEED}
    newer = {name for name, version in needed.items() if version > SUPPORTED}
    assert newer <= {*hooks.LOST, hooks.STATES}  # the last is itself the substitute of control groups
    assert not newer & hooks.NEEDED
    assert {name: "{}.{}".format(*needed[name]) for name in newer} == hooks.SINCE  # what people are told
    assert set(hooks.SINCE.values()) == {"5.9", "5.11"}
