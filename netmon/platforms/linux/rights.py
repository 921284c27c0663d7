"""What a process may do: capabilities (capabilities(7)) and the label of a security module (AppArmor, SELinux).

In: the number in ``CapEff`` of ``/proc/<pid>/status``, the text of ``/proc/<pid>/attr/current``. Out: words. An unknown
capability is shown by its number.
"""

from __future__ import annotations

from netmon.platforms.text import clean

from .files import read_bytes

NAMES = (
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
    "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner", "sys_module",
    "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time",
    "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap", "mac_override", "mac_admin", "syslog",
    "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore",
)  # fmt: skip
"""include/uapi/linux/capability.h, by number."""
ALL = ("all",)


def last_capability(root: str) -> int:
    """The highest capability this kernel has."""
    text = read_bytes(f"{root}/sys/kernel/cap_last_cap", 16).strip()
    return int(text) if text.isdigit() else len(NAMES) - 1


def capability_names(mask: int | None, last: int) -> tuple[str, ...]:
    """The words for a set, ``("all",)`` when none is missing."""
    if not mask:
        return ()
    full = (1 << (last + 1)) - 1
    if mask & full == full:
        return ALL
    return _names(mask)


def lacking_names(mask: int | None, last: int) -> tuple[str, ...]:
    """The words for what a set lacks, when that is less than what it has."""
    full = (1 << (last + 1)) - 1
    missing = full & ~(mask or 0)
    return _names(missing) if missing.bit_count() < (full & (mask or 0)).bit_count() else ()


def _names(mask: int) -> tuple[str, ...]:
    return tuple(NAMES[bit] if bit < len(NAMES) else str(bit) for bit in range(64) if mask >> bit & 1)


def security_label(raw: bytes) -> str:
    """The label; none is shown for a process that no module confines."""
    text = clean(raw.rstrip(b"\0\n"))
    return "" if text in ("unconfined", "kernel", "\\x00") else text
