"""Finding libpcap, and what its texts become."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from netmon.capture import _pcap, library_version
from netmon.errors import CaptureError


@pytest.fixture
def fresh() -> Iterator[None]:
    """libpcap is looked for anew, and the one found is forgotten afterwards."""
    _pcap.library.cache_clear()
    yield
    _pcap.library.cache_clear()


def test_the_version_is_told() -> None:
    """Doctor shows which libpcap is in use."""
    assert library_version().startswith("libpcap version 1.")


@pytest.mark.skipif(find_spec("libpcap") is None, reason="the libpcap package is not installed")
@pytest.mark.skipif(platform.machine() == "s390x", reason="the libpcap package brings no library for this processor")
def test_without_a_system_library_the_bundled_one_is_used(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PyPI package brings one; it is loaded without importing the package."""
    monkeypatch.setattr(_pcap, "SYSTEM_NAMES", ())
    assert library_version().startswith("libpcap version 1.")
    assert "libpcap" in _pcap.library()._name


def test_without_any_library_it_says_what_to_install(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, with the package of the system and of PyPI."""
    monkeypatch.setattr(_pcap, "_candidates", lambda: iter(("libno-such-library.so",)))
    with pytest.raises(CaptureError, match=r"^libpcap was not found: install it"):
        library_version()
