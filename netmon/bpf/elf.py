"""Where the variables of a compiled object lie, so that its constants can be set before it is loaded (ELF64, gABI 4)."""

from __future__ import annotations


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
