"""eBPF objects through the system's libbpf, for the kernel meter and kernel events."""

from .libbpf import BTF, BpfError, interruptible, library, locked_down, log, possible_processors, reason, version
from .object import BpfObject

__all__ = [
    "BTF", "BpfError", "BpfObject", "interruptible", "library", "locked_down", "log", "possible_processors", "reason",
    "version",
]  # fmt: skip
