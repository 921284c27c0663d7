"""A capture filter in front of the kernel's program: classic BPF, as libpcap installs it, as eBPF with a tail call.

One socket carries one program, so a filter attached before the meter's would be lost. In: the instructions that the socket
carries (SO_GET_FILTER gives them as libpcap has fitted them to the socket). Out: eBPF of the same meaning which, instead
of accepting a packet, hands it to the program in the first place of a program array.

Sources: Linux Documentation/networking/filter.rst (both instruction sets), include/uapi/linux/filter.h (ancillary loads).
A load outside the packet ends either program with 0. What has no counterpart is a ``ValueError``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from struct import Struct
from typing import NamedTuple

_CLASSIC, _EXTENDED = Struct("=HBBI"), Struct("=BBhi")
_A, _COPY, _CONTEXT, _X, _FRAME = 0, 8, 6, 7, 10
"""Registers: the accumulator is where loads and returns put their value, the others survive calls."""
_LD, _LDX, _ST, _STX, _ALU, _JMP, _RET, _MISC = range(8)
_JMP32, _ALU64 = 6, 7
_WORD, _MEM, _IMMEDIATE, _ABSOLUTE, _INDIRECT, _LENGTH, _MSH = 0x00, 0x60, 0x00, 0x20, 0x40, 0x80, 0xA0
_BYTE, _REGISTER, _MOVE, _JA, _JEQ, _JNE, _CALL, _EXIT = 0x10, 0x08, 0xB0, 0x00, 0x10, 0x50, 0x80, 0x90
_DIVIDE, _MODULO, _NEGATE, _AND, _SHIFT = 0x30, 0x90, 0x80, 0x50, 0x60
_TO_NETWORK_ORDER, _TAIL_CALL, _MAP = 0xDC, 12, 1
_ANCILLARY = 0xFFFFF000
_NETWORK_ORDER = frozenset((0, 60))
_FIELDS = {0: 16, 4: 4, 8: 40, 20: 8, 24: 12, 32: 68, 44: 24, 48: 20, 60: 28}
"""Ancillary load -> offset in struct __sk_buff: protocol, packet type, interface, mark, queue, hash, VLAN tag, whether there
is one, its protocol."""
LONGEST = 4096
"""Instructions of a classic program (BPF_MAXINSNS)."""


class Instruction(NamedTuple):
    """struct sock_filter."""

    code: int
    jump_true: int
    jump_false: int
    k: int


ACCEPT_ALL = [Instruction(_RET, 0, 0, 0xFFFFFFFF)]
"""The filter that lets every packet through whole."""


class _Jump(NamedTuple):
    """A jump whose distance is not known yet."""

    code: int
    k: int
    target: int
    """Number of a classic instruction; the number after the last one is acceptance."""


def instructions(raw: bytes) -> list[Instruction]:
    """An array of struct sock_filter."""
    return [Instruction(*fields) for fields in _CLASSIC.iter_unpack(raw)]


def _word(code: int, destination: int = 0, source: int = 0, offset: int = 0, immediate: int = 0) -> bytes:
    registers = source << 4 | destination if sys.byteorder == "little" else destination << 4 | source
    return _EXTENDED.pack(code, registers, offset, immediate - (1 << 32) if immediate > 0x7FFFFFFF else immediate)


def _move(to: int, origin: int) -> bytes:
    return _word(_ALU64 | _MOVE | _REGISTER, to, origin)


def _set(to: int, value: int) -> bytes:
    return _word(_ALU | _MOVE, to, immediate=value)


def _place(k: int) -> int:
    if k > 15:
        raise ValueError(f"scratch memory has no place {k}")
    return -4 * (k + 1)


def _load(one: Instruction) -> list[bytes]:
    mode, size = one.code & 0xE0, one.code & 0x18
    if mode == _ABSOLUTE and one.k >= _ANCILLARY:
        field = one.k - _ANCILLARY
        if field not in _FIELDS:
            raise ValueError(f"ancillary load {field} is not known")
        read = [_word(_LDX | _MEM | _WORD, _A, _CONTEXT, _FIELDS[field])]
        return [*read, _word(_TO_NETWORK_ORDER, _A, immediate=16)] if field in _NETWORK_ORDER else read
    if mode == _ABSOLUTE:
        return [_word(_LD | _ABSOLUTE | size, immediate=one.k)]
    if mode == _INDIRECT:
        return [_word(_LD | _INDIRECT | size, source=_X, immediate=one.k)]
    return _value(one, _A)


def _load_index(one: Instruction) -> list[bytes]:
    if one.code & 0xE0 != _MSH:
        return _value(one, _X)
    loaded = [_move(_COPY, _A), _word(_LD | _ABSOLUTE | _BYTE, immediate=one.k), _word(_ALU | _AND, _A, immediate=15)]
    return [*loaded, _word(_ALU | _SHIFT, _A, immediate=2), _move(_X, _A), _move(_A, _COPY)]


def _value(one: Instruction, to: int) -> list[bytes]:
    mode = one.code & 0xE0
    if mode == _IMMEDIATE:
        return [_set(to, one.k)]
    if mode == _MEM:
        return [_word(_LDX | _MEM | _WORD, to, _FRAME, _place(one.k))]
    if mode == _LENGTH:
        return [_word(_LDX | _MEM | _WORD, to, _CONTEXT, 0)]
    raise ValueError(f"load 0x{one.code:02x} is not known")


def _arithmetic(one: Instruction) -> list[bytes]:
    operation = one.code & 0xF0
    if operation > 0xA0:
        raise ValueError(f"operation 0x{one.code:02x} is not known")
    if operation == _NEGATE:
        return [_word(_ALU | _NEGATE, _A)]
    if not one.code & _REGISTER:
        return [_word(_ALU | operation, _A, immediate=one.k)]
    guard = [_word(_JMP32 | _JNE, _X, offset=2), _set(_A, 0), _word(_JMP | _EXIT)]
    return [*(guard if operation in (_DIVIDE, _MODULO) else ()), _word(_ALU | operation | _REGISTER, _A, _X)]


def _jump(one: Instruction, number: int) -> list[bytes | _Jump]:
    operation = one.code & 0xF0
    if operation == _JA:
        return [_Jump(_JMP | _JA, 0, number + 1 + one.k)]
    if operation > 0x40:
        raise ValueError(f"jump 0x{one.code:02x} is not known")
    true = _Jump(_JMP32 | operation | one.code & _REGISTER, one.k, number + 1 + one.jump_true)
    return [true, _Jump(_JMP | _JA, 0, number + 1 + one.jump_false)]


def _one(one: Instruction, number: int, accept: int) -> Sequence[bytes | _Jump]:
    kind = one.code & 7
    if kind == _LD:
        return _load(one)
    if kind == _LDX:
        return _load_index(one)
    if kind in (_ST, _STX):
        return [_word(_STX | _MEM | _WORD, _FRAME, _X if kind == _STX else _A, _place(one.k))]
    if kind == _ALU:
        return _arithmetic(one)
    if kind == _JMP:
        return _jump(one, number)
    if kind == _RET:
        refuse = [_set(_A, 0), _word(_JMP | _EXIT)]
        if one.code & 0x18 == 0x10:
            return [_Jump(_JMP32 | _JNE, 0, accept), *refuse]
        return [_Jump(_JMP | _JA, 0, accept)] if one.k else refuse
    return [_move(_A, _X) if one.code & 0x80 else _move(_X, _A)]


def extended(program: Sequence[Instruction], array: int) -> bytes:
    """eBPF instructions (struct bpf_insn) which go on in the program at 0 of the program array ``array`` (a descriptor).

    Raises ``ValueError`` for what has no counterpart.
    """
    if not 0 < len(program) <= LONGEST:
        raise ValueError("the filter has no instructions, or too many")
    code: list[bytes | _Jump] = [_move(_CONTEXT, 1), _set(_A, 0), _set(_X, 0)]
    places = sorted({one.k for one in program if one.code & 7 in (_ST, _STX) or one.code & 0xE7 in (_MEM, _MEM | _LDX)})
    code += [_word(_STX | _MEM | _WORD, _FRAME, _A, _place(place)) for place in places]
    starts = []
    for number, one in enumerate(program):
        starts.append(len(code))
        code += _one(one, number, len(program))
    starts.append(len(code))
    code += [_move(1, _CONTEXT), _word(0x18, 2, _MAP, immediate=array), _word(0), _set(3, 0)]
    code += [_word(_JMP | _CALL, immediate=_TAIL_CALL), _set(_A, 0), _word(_JMP | _EXIT)]
    return b"".join(
        _word(part.code, _A, _X if part.code & _REGISTER else 0, _distance(starts, part.target, at), part.k)
        if isinstance(part, _Jump)
        else part
        for at, part in enumerate(code)
    )


def _distance(starts: Sequence[int], target: int, at: int) -> int:
    if target >= len(starts):
        raise ValueError("a jump leads out of the filter")
    distance = starts[target] - at - 1
    if distance > 0x7FFF:
        raise ValueError("the filter is too long")
    return distance
