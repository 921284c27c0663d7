"""The machines that qemu makes for ``scripts/try-kernel``, one for each architecture."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SLOWER, SLOWER_IN_OWN_TIME = 10, 4
EMULATED = ("-accel", "tcg,thread=multi,tb-size=1024")
OWN_TIME = ("-accel", "tcg,thread=single,tb-size=1024", "-icount", "shift=0")


@dataclass(frozen=True)
class Machine:
    """What qemu emulates of an architecture, and what virtio's devices hang on there."""

    qemu: str
    emulated: tuple[str, ...]
    console: str
    bus: str
    modules: tuple[str, ...] = ("virtio_pci",)


MACHINES = {
    "x86_64": Machine("qemu-system-x86_64", ("-cpu", "max,la57=off"), "ttyS0", "pci"),
    "aarch64": Machine("qemu-system-aarch64", ("-machine", "virt,gic-version=3", "-cpu", "cortex-a76"), "ttyAMA0", "pci"),
    "s390x": Machine("qemu-system-s390x", ("-machine", "s390-ccw-virtio", "-cpu", "max"), "ttysclp0", "ccw", ()),
}
"""By the kernel's own name of the architecture (uname -m)."""
ELF_NUMBERS = {(1, 62): "x86_64", (1, 183): "aarch64", (2, 22): "s390x"}
"""Byte order and e_machine (ELF gABI)."""


def architecture(program: Path) -> str:
    """Of an ELF file; empty for any other, and for architectures that are not in ``MACHINES``."""
    with program.open("rb") as opened:
        head = opened.read(20)
    order = head[5] if head[:4] == b"\x7fELF" else 0
    return ELF_NUMBERS.get((order, int.from_bytes(head[18:20], "little" if order == 1 else "big")), "")


def processor(kind: str, *, own_time: bool) -> tuple[Sequence[str], int]:
    """qemu's words for it, and how many times slower than this one it may be: KVM where this one virtualises (/dev/kvm has
    other guests only where it does not), else emulated."""
    emulated = MACHINES[kind].emulated
    if own_time:
        return (*OWN_TIME, *emulated), SLOWER_IN_OWN_TIME
    virtualises = kind == "x86_64" and {"vmx", "svm"} & set(Path("/proc/cpuinfo").read_text().split())
    if virtualises and platform.machine() == kind and os.access("/dev/kvm", os.R_OK | os.W_OK):
        return ("-accel", "kvm", "-cpu", "host"), 1
    print("try-kernel: without KVM on this processor: emulated, some ten times slower", file=sys.stderr)
    return (*EMULATED, *emulated), SLOWER
