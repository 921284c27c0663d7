"""The right process, always: every scenario of play.py, each conversation with its process, its name and its bytes."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lab_needs import why_no_lab

from netmon.bpf import version
from netmon.platforms.linux.hooks import OBJECT, SINCE


def why_not() -> str:
    """Empty when kernel events can be had here, else the reason."""
    reason = why_no_lab()
    if reason:
        return reason
    if not OBJECT.exists():
        return "the eBPF object was not built (clang, libbpf-dev)"
    if not Path("/sys/kernel/btf/vmlinux").exists():
        return "the kernel has no type information"
    if not shutil.which("gcc") and not shutil.which("clang"):
        return "no C compiler for the actors"
    return "" if os.geteuid() == 0 else "kernel events need root"


@pytest.mark.root
def test_every_process_and_every_byte() -> None:
    """Short-lived, forked, threaded, bursts, datagrams, raw, containers, NAT, numbers used again: nothing is missed, but
    what an old kernel has no tracepoints for, which is said."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    from play import TRACED, perform
    from scenarios import SMALL
    from truth import table

    scores, skipped, (near, far) = perform(SMALL)
    faults = [f"{one.scenario}: {fault}" for one in scores for fault in one.wrong[:5]]
    needed = SINCE["packet_sent"]
    traced = version(os.uname().release) >= version(needed)
    right = [one.perfect or (not traced and one.counted and one.scenario in TRACED) for one in scores]
    assert all(right), "\n".join([table(scores), *faults, near.errors, far.errors])
    for notes in (seen.summary.get("notes", ()) for seen in (near, far)):
        assert any(f"they need Linux {needed}" in note for note in notes) != traced, notes
    assert len(scores) + len(skipped) >= 28
    assert not any(near.summary["drops"].values()), near.summary["drops"]
