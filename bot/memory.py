"""Asking the C library to be sparing with memory, where it can."""

import ctypes
import gc

_LIBRARY = ctypes.CDLL(None)
_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def use_one_arena() -> None:
    """Let no thread have an arena of its own: Python's lock lets one at a time allocate anyway."""
    if (set_option := getattr(_LIBRARY, "mallopt", None)) is not None:
        set_option(_ARENA_MAX, 1)


def give_back() -> None:
    """Give back what is free: to read a configuration takes megabytes that nothing else needs."""
    gc.collect()
    if (trim := getattr(_LIBRARY, "malloc_trim", None)) is not None:
        trim(0)
