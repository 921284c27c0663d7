"""Linux: ``/proc``, sock_diag and rtnetlink."""

from .platform import Linux

__all__ = ["Linux"]
