"""What integration tests need, and why they skip where it cannot be had."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lab import Lab, lab
from lab_needs import why_no_lab


@pytest.fixture(scope="session")
def network() -> Iterator[Lab]:
    """The lab with all its servers, shared by the tests of a run."""
    reason = why_no_lab()
    if reason:
        pytest.skip(reason)
    with lab() as it:
        it.serve_web()
        it.serve_ssh()
        it.serve_names()
        it.serve_iperf()
        it.serve_quic()
        yield it


@pytest.fixture(autouse=True)
def no_files_of_the_person(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a configuration; no program started by one sees it or what is kept between runs."""
    nowhere = str(tmp_path_factory.getbasetemp() / "nowhere")
    monkeypatch.setenv("XDG_CONFIG_HOME", nowhere)
    monkeypatch.setenv("XDG_STATE_HOME", nowhere)
