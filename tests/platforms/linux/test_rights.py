"""Capabilities and labels."""

from __future__ import annotations

from typing import Any

from netmon.platforms.linux.rights import NAMES, capability_names, lacking_names, last_capability, security_label


def test_words() -> None:
    """By number; all of them is one word; unknown ones keep their number."""
    assert capability_names(1 << 13 | 1 << 12, 40) == ("net_admin", "net_raw")
    assert capability_names((1 << 41) - 1, 40) == ("all",)
    assert capability_names(1 << 50, 60) == ("50",)
    assert capability_names(0, 40) == capability_names(None, 40) == ()


def test_of_most_of_them_what_is_missing() -> None:
    """Only those this kernel has count; nothing is said of a small set, nor where none is missing."""
    assert lacking_names((1 << 41) - 1 & ~(1 << 16 | 1 << 25), 40) == ("sys_module", "sys_time")
    assert lacking_names((1 << 38) - 1 & ~(1 << 16), 37) == ("sys_module",)
    assert lacking_names((1 << 41) - 1, 40) == lacking_names(1 << 12, 40) == lacking_names(None, 40) == ()


def test_the_kernels_last(proc: Any) -> None:
    """What the kernel says, else what we know."""
    assert last_capability(proc.root) == len(NAMES) - 1
    path = proc.path / "sys" / "kernel"
    path.mkdir(parents=True)
    (path / "cap_last_cap").write_text("37\n")
    assert last_capability(proc.root) == 37


def test_labels() -> None:
    """A label as it is, none where nothing confines."""
    assert security_label(b"docker-default (enforce)\n") == "docker-default (enforce)"
    assert security_label(b"system_u:system_r:httpd_t:s0\0") == "system_u:system_r:httpd_t:s0"
    assert security_label(b"unconfined\n") == security_label(b"") == ""
