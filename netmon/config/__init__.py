"""The configuration file, and what is kept between runs."""

from .folders import Owner, configuration_path, state_path
from .load import Loaded, Problem, load, read
from .state import StateFile

__all__ = ["Loaded", "Owner", "Problem", "StateFile", "configuration_path", "load", "read", "state_path"]
