"""Being sparing with memory, and with the time that looking for garbage in it takes."""

import ctypes
import gc

_LIBRARY = ctypes.CDLL(None)
_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
# A poll makes hundreds of objects that end with it: to look for garbage among them at each 700,
# as Python does, took a tenth of the time of all polls.
_NEW_OBJECTS = 5_000


def use_one_arena() -> None:
    """Let no thread have an arena of its own: Python's lock lets one at a time allocate anyway."""
    if (set_option := getattr(_LIBRARY, "mallopt", None)) is not None:
        set_option(_ARENA_MAX, 1)


def settle() -> None:
    """Give back what is free, and take all that is there for what stays: a configuration was read.

    To read one takes megabytes that nothing else needs. What it leaves is looked through by no
    collection of garbage any more: that held up everything else for a tenth of a second.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    if (trim := getattr(_LIBRARY, "malloc_trim", None)) is not None:
        trim(0)
