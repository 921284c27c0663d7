"""Constants of a compiled object are found by name, whatever the byte order."""

from __future__ import annotations

import struct

import pytest

from netmon.bpf.elf import symbols

NAMES = b"\0.rodata\0.symtab\0.strtab\0limit\0other\0code\0"
OBJECT, FUNCTION = 1, 2


def _object(order: str) -> bytes:
    """An ELF64 file: a section .rodata, a symbol table with two variables there, one elsewhere and a function."""

    def symbol(name: bytes, kind: int, section: int, value: int, size: int) -> bytes:
        return struct.pack(order + "IBBHQQ", NAMES.index(name), kind, 0, section, value, size)

    table = b"".join(
        (
            symbol(b"limit\0", OBJECT, 1, 8, 4),
            symbol(b"other\0", OBJECT, 1, 16, 8),
            symbol(b"code\0", FUNCTION, 1, 0, 99),
            symbol(b"limit\0", OBJECT, 2, 40, 2),
        )
    )
    names_at, table_at = 64, 64 + len(NAMES)
    headers_at = table_at + len(table)

    def header(name: bytes, kind: int, offset: int, size: int, link: int = 0) -> bytes:
        return struct.pack(order + "IIQQQQIIQQ", NAMES.index(name), kind, 0, 0, offset, size, link, 0, 0, 0)

    headers = (
        bytes(64)
        + header(b".rodata\0", 1, 0, 0)
        + header(b".symtab\0", 2, table_at, len(table), 3)
        + header(b".strtab\0", 3, names_at, len(NAMES))
    )
    identity = b"\x7fELF\x02" + (b"\x01" if order == "<" else b"\x02") + bytes(10)
    first = identity + struct.pack(order + "HHIQQQIHHHHHH", 1, 247, 1, 0, 0, headers_at, 0, 64, 0, 0, 64, 4, 3)
    return first + NAMES + table + headers


@pytest.mark.parametrize("order", ["<", ">"])
def test_symbols(order: str) -> None:
    """Variables of that section only: offset and size."""
    assert symbols(_object(order), ".rodata") == {"limit": (8, 4), "other": (16, 8)}


def test_a_section_that_is_not_there() -> None:
    """Nothing is found."""
    assert symbols(_object("<"), ".bss") == {}
