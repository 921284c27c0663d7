"""The only place that reads the wall clock; everything else is handed ``now``."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Unix time in seconds."""

wall_clock: Clock = time.time  # noqa: TID251  # this is the place
