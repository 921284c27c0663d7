"""eBPF objects through the system's libbpf, for the kernel meter and kernel events."""

from .libbpf import BTF, BpfError, library, locked_down, log, possible_processors, reason
from .object import BpfObject

__all__ = ["BTF", "BpfError", "BpfObject", "library", "locked_down", "log", "possible_processors", "reason"]
