"""Programs outside of a rootless container that carry its packets: slirp4netns(1) and pasta(1), whose sockets these are.

In: arguments. Out: the path of the network namespace they work for, as Podman gives it, by which the container is found.
"""

from __future__ import annotations

from itertools import pairwise

PROGRAMS = (b"slirp4netns", b"pasta", b"pasta.avx2", b"passt", b"passt.avx2")
"""By the name of their main thread; pasta is another name of passt, which becomes the build for the processor."""
_BY_PATH = b"--netns-type=path"


def network_namespace(words: list[bytes]) -> str:
    """Empty where the namespace is named otherwise (by a process), or not at all."""
    if _BY_PATH in words and len(words) > 2:
        found = words[-2]  # slirp4netns OPTION... PATH DEVICE
    else:
        found = next((value for option, value in pairwise(words) if option == b"--netns"), b"")
    return found.decode("utf-8", "surrogateescape") if found.startswith(b"/") else ""
