"""Whether the machine is idle enough for its times to mean anything."""

import os
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter, process_time

SECONDS = 0.7


def idle_share() -> float:
    """How much of all the cores a program gets that keeps each of them busy: 1 is all of it."""
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores) as pool:
        return sum(pool.map(_spin, [SECONDS] * cores)) / cores


def _spin(seconds: float) -> float:
    """Computes for a while. Returns the share of that time in which a core did so."""
    began, worked = perf_counter(), process_time()
    while perf_counter() - began < seconds:
        pass
    return (process_time() - worked) / (perf_counter() - began)
