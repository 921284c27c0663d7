"""What can be promised of live capture without rights; integration/test_capture_live.py has the rest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netmon.capture.live import open_live, permission_advice
from netmon.errors import CaptureError


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="file capabilities are Linux's")
def test_the_advice_names_the_real_binary(tmp_path: Path) -> None:
    """A virtual environment's python is a symbolic link, on which setcap does nothing."""
    real, link = tmp_path / "python3.11", tmp_path / "python"
    real.touch()
    link.symlink_to(real)
    assert permission_advice(str(link)).endswith(
        f"sudo setcap cap_net_raw,cap_net_admin,cap_bpf,cap_perfmon=eip {real.resolve()}"
    )


def test_an_interface_that_is_not_there() -> None:
    """The names there are come with the error, with or without rights."""
    with pytest.raises(CaptureError, match=r"^no-such-interface: no such interface; there are: .*\blo"):
        open_live("no-such-interface")


def test_importing_does_not_load_libpcap() -> None:
    """netmon --help must not pay for it."""
    code = (
        "import sys, netmon.capture.live, netmon.capture.file, netmon.capture.interfaces as i; "
        "from netmon.capture import _pcap; assert not _pcap.library.cache_info().currsize; "
        "i.available(); assert _pcap.library.cache_info().currsize == 1; assert 'libpcap' not in sys.modules"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
