"""Where the kernel meter cannot be had, the native one counts and the reason is a sentence."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

import pytest

from netmon.bpf import BpfError, libbpf
from netmon.errors import MeterError
from netmon.meter.contract import MeterLimits
from netmon.meter.select import kernel_obstacle, open_meter

from . import _kernel

if _kernel.missing():
    pytest.skip(_kernel.missing(), allow_module_level=True)

from netmon.meter import kernel

LIMITS = MeterLimits(flows=1024)
EXIT = bytes((0x95, 0, 0, 0, 0, 0, 0, 0))
"""The eBPF instruction that returns."""
OFF_THE_END = bytes((0xBF, 0x90, 0, 0, 0, 0, 0, 0))
"""Another in its place, r0 = r9: the program goes on past its end."""


def reason(limits: MeterLimits = LIMITS) -> str:
    """Of the fallback; forced, it is an error with the same words."""
    meter, why = open_meter("auto", limits, live=True)
    assert meter.name == "native"
    meter.close()
    assert why.startswith("kernel meter: ")
    with pytest.raises(MeterError) as caught:
        open_meter("kernel", limits, live=True)
    assert str(caught.value) == f"--meter kernel: {why.removeprefix('kernel meter: ')}"
    return why


def test_no_libbpf(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install is said."""
    monkeypatch.setattr(libbpf, "LIBRARY", "libnosuchthing.so.1")
    libbpf.library.cache_clear()
    try:
        assert reason().endswith("libnosuchthing.so.1 is not installed (Debian and Ubuntu: apt install libbpf1)")
    finally:
        libbpf.library.cache_clear()


def test_no_object(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Built without clang."""
    monkeypatch.setattr(kernel, "OBJECT", tmp_path / "flow.bpf.o")
    assert reason().endswith("flow.bpf.o was not built (clang was missing at installation)")


def test_no_object_but_something_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that is no object."""
    path = tmp_path / "flow.bpf.o"
    path.write_bytes(b"\x7fELF and no more")
    monkeypatch.setattr(kernel, "OBJECT", path)
    assert "flow.bpf.o cannot be read" in reason()


def test_the_verifier_refuses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its own last words are in the reason and in the log."""
    code = kernel.OBJECT.read_bytes()
    assert EXIT in code
    path = tmp_path / "flow.bpf.o"
    path.write_bytes(code.replace(EXIT, OFF_THE_END))
    monkeypatch.setattr(kernel, "OBJECT", path)
    monkeypatch.setattr(kernel, "FORGETFUL", path)
    with caplog.at_level(logging.WARNING, "netmon.meter"):
        why = reason()
    assert "this kernel's verifier refuses the program (" in why
    words = why.rpartition("(")[2].rstrip(")")
    assert words and any(words in record.getMessage() for record in caplog.records)


def test_the_verifier_refuses_the_fast_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The kernel meter all the same, by the object that older verifiers take without CAP_PERFMON."""
    path = tmp_path / "flow.bpf.o"
    path.write_bytes(kernel.OBJECT.read_bytes().replace(EXIT, OFF_THE_END))
    monkeypatch.setattr(kernel, "OBJECT", path)
    meter, note = open_meter("auto", LIMITS, live=True)
    assert (meter.name, note) == ("kernel", "")
    meter.close()


def test_realtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where packets of one processor interrupt each other only the program will do that does not let them: else none."""
    monkeypatch.setattr(kernel, "interruptible", lambda: True)
    monkeypatch.setattr(kernel, "REALTIME", tmp_path / "flow.realtime.bpf.o")
    assert reason().endswith("flow.realtime.bpf.o was not built (clang was missing at installation)")
    (tmp_path / "flow.realtime.bpf.o").write_bytes(kernel.OBJECT.read_bytes().replace(EXIT, OFF_THE_END))
    assert "this kernel's verifier refuses the program (" in reason()


@pytest.mark.parametrize(
    ("release", "words", "expected"),
    [
        ("7.2.13+deb14-rt-amd64", "#1 SMP PREEMPT_RT Debian 7.2.13-1", True),
        ("6.18.0-rt1", "#1 SMP PREEMPT_RT", True),
        ("6.1.0-50-rt-amd64", "#1 SMP PREEMPT_RT Debian 6.1.176-1 (2026-07-02)", False),
        ("6.18.44", "#1 SMP PREEMPT_DYNAMIC", False),
    ],
)
def test_which_kernels_interrupt(monkeypatch: pytest.MonkeyPatch, release: str, words: str, expected: bool) -> None:
    """Real-time kernels older than 6.18 always lock a processor's bottom halves."""
    names = os.uname_result(("Linux", "host", release, words, "x86_64"))
    monkeypatch.setattr(os, "uname", lambda: names)
    assert libbpf.interruptible() is expected


def test_smaller_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """More flows than there is room for: a smaller table, and a word about it."""
    meter, note = open_meter("auto", MeterLimits(flows=0xFFFF_FFFF), live=True)
    assert meter.name == "kernel"
    assert note.startswith("memory for ") and note.endswith(" flows in the kernel only, 4294967295 wanted")
    meter.close()
    monkeypatch.setattr(kernel, "SMALLEST", 1 << 40)
    assert reason(MeterLimits(flows=0xFFFF_FFFF)) == "kernel meter: the flow table is larger than the kernel allows"


@pytest.mark.parametrize(
    ("number", "locked", "words"),
    [
        (errno.EPERM, "none [integrity] confidentiality", "eBPF is not permitted to this user: run with sudo"),
        (errno.EPERM, "none integrity [confidentiality]", "this kernel is locked down (confidentiality): it allows no eBPF"),
        (errno.ENOMEM, "", "the kernel has no memory for the flow table"),
        (errno.ESRCH, "", "on a real-time kernel it needs the kernel's type information (/sys/kernel/btf/vmlinux)"),
        (errno.EINVAL, "", "flow.bpf.o is refused: Invalid argument"),
    ],
)
def test_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int, locked: str, words: str) -> None:
    """Every refusal in plain words."""
    lockdown = tmp_path / "lockdown"
    lockdown.write_text(locked)
    monkeypatch.setattr(libbpf, "LOCKDOWN", lockdown)
    libbpf.clear_log()
    assert kernel.explain(BpfError("flow.bpf.o is refused: Invalid argument", number)).startswith(words)


def test_short_frames() -> None:
    """What the kernel passes up must hold the headers it has read."""
    assert kernel_obstacle(262_144) == "" == kernel_obstacle(512)
    meter, why = open_meter("auto", LIMITS, live=True, obstacle=kernel_obstacle(100))
    assert (meter.name, why) == ("native", "frames cut to 100 bytes (--snaplen) are counted by the native meter")
    meter.close()
