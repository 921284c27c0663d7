"""The one filter language of screen, exports, history and alerts: text to a predicate over a connection."""

from .complete import Completion, completion
from .evaluate import Filter, compile_filter
from .explain import explain
from .fields import FIELDS, Field, Sources

__all__ = ["FIELDS", "Completion", "Field", "Filter", "Sources", "compile_filter", "completion", "explain"]
