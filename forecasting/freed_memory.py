"""Memory that arrays have left stays with the process, so that the next ones find it in place."""

import ctypes
import sys
from functools import cache

# Numbers of the parameters in glibc's malloc.h.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
KEPT = 2**30  # bytes free at the end of the heap before any are given back
LARGEST_IN_HEAP = 2**25  # bytes of an array, the most that glibc accepts


@cache
def keep_freed_memory() -> None:
    """Make the C library keep what is freed, where it is glibc; once per process.

    Otherwise each large array is mapped anew and filled with zeros by the system, which took a
    sixth of the processor time of a city.
    """
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(MMAP_THRESHOLD, LARGEST_IN_HEAP)
        library.mallopt(TRIM_THRESHOLD, KEPT)
