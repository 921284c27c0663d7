"""The choice of the operating system's folder."""

from __future__ import annotations

import pytest

from netmon.errors import PlatformError
from netmon.platforms import select_platform


@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("linux", "linux"), ("darwin", "darwin"), ("win32", "windows"), ("freebsd14", "freebsd"), ("freebsd", "freebsd"),
        ("openbsd7", "openbsd"), ("netbsd10", "netbsd"),
        ("sunos5", "unsupported"), ("", "unsupported"), ("linux2", "linux"),
    ],
)  # fmt: skip
def test_each_system_has_its_platform(system: str, name: str) -> None:
    """The version number in sys.platform does not matter; every platform names itself and gives advice."""
    platform = select_platform(system)
    assert platform.name == name
    assert platform.attribution
    assert platform.capture_permission_advice()


def test_an_unsupported_system_says_so() -> None:
    """No table, no process, no interface, and each time a reason."""
    platform = select_platform("plan9")
    with pytest.raises(PlatformError, match="plan9"):
        platform.sockets()
    assert platform.process(1) is None
    network = platform.network()
    assert network.interfaces == ()
    assert "plan9" in network.notes[0]
