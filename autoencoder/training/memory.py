"""Memory that one step of a training frees is kept for the next.

The C library would give much of it back to the system, and getting it again can take a fifth of a
step's time where batches are large.
"""

import ctypes
import platform

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # names of settings in glibc's malloc.h


def keep_freed_memory() -> None:
    """For the whole process, if its C library is glibc. Source: the manual page of mallopt."""
    if platform.libc_ver()[0] == "glibc":
        c_library = ctypes.CDLL(None)
        c_library.mallopt(M_MMAP_THRESHOLD, 2**25)  # bytes; a larger block is always given back
        c_library.mallopt(M_TRIM_THRESHOLD, 2**30)  # bytes that are kept at most
