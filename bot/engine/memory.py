"""Memory tuning: malloc arenas, returning free memory, and the garbage collector's settings."""

import ctypes
import gc

_LIBRARY = ctypes.CDLL(None)
_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
# A poll makes hundreds of objects that end with it: to look for garbage among them at each 700,
# as Python does, took a tenth of the time of all polls.
_NEW_OBJECTS = 5_000


def use_one_arena() -> None:
    """Limit malloc to one arena: the GIL lets one thread at a time allocate anyway."""
    if (set_option := getattr(_LIBRARY, "mallopt", None)) is not None:
        set_option(_ARENA_MAX, 1)


def freeze() -> None:
    """Return free memory to the system, and exempt all live objects from garbage collection.

    To read one takes megabytes that nothing else needs. What it leaves is looked through by no
    collection of garbage any more: that held up everything else for a tenth of a second.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    if (trim := getattr(_LIBRARY, "malloc_trim", None)) is not None:
        trim(0)
