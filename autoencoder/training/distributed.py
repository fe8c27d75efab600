"""Several processes that train one model together, each on its shard of every batch.

`torchrun` starts them, on one machine or several, and tells each its number. After the gradients of
a step they hold the same weights again, so only the first of them measures, prints and writes. A
program that `torchrun` didn't start is the first of one, and nothing here changes what it does.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

COUNT = int(os.environ.get("WORLD_SIZE") or 1)  # of processes, on all machines
NUMBER = int(os.environ.get("RANK", 0))  # of this one
COUNT_HERE = int(os.environ.get("LOCAL_WORLD_SIZE", 1))  # on this machine
NUMBER_HERE = int(os.environ.get("LOCAL_RANK", 0))
IS_FIRST = NUMBER == 0
PATIENCE = 5  # seconds; torchrun looks after its processes ten times a second


def unset() -> list[str]:
    """What `torchrun` would have set, where somebody set WORLD_SIZE alone."""
    needed = ("RANK", "MASTER_ADDR", "MASTER_PORT") if COUNT > 1 else ()
    return [name for name in needed if name not in os.environ]


@contextmanager
def joined(device: torch.device) -> Iterator[None]:
    """Joins the other processes, if there are any: over NCCL between GPUs, over Gloo otherwise.

    Ctrl-C reaches all of them: the first stops and saves, and the others stop because it did.
    """
    if COUNT == 1:
        yield
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    interrupted = []
    if not IS_FIRST:
        signal.signal(signal.SIGINT, lambda *_: interrupted.append(True))
    try:
        yield
    except RuntimeError:
        if interrupted:  # the first has stopped and closed the connection
            raise SystemExit(1) from None
        if not IS_FIRST:
            time.sleep(PATIENCE)  # if the first failed, it says why, and torchrun ends this one
        raise
    distributed.destroy_process_group()


@contextmanager
def one_before_the_others() -> Iterator[None]:
    """On each machine one process goes through this first, so that it alone downloads anything."""
    if COUNT > 1 and NUMBER_HERE > 0:
        distributed.barrier()
    yield
    if COUNT > 1 and NUMBER_HERE == 0:
        distributed.barrier()


def with_mean_gradients(model: nn.Module) -> nn.Module:
    """The model, through which gradients become their mean over the processes."""
    return model if COUNT == 1 else DistributedDataParallel(model)


def shard(batch: Tensor) -> tuple[Tensor, float]:
    """This process's part of a batch (N, ...), and the weight of that part's mean.

    The mean over the processes of each one's weighted mean is the mean over the batch.
    """
    if len(batch) < COUNT:
        return batch, 1.0  # too few to be divided: each process takes them all
    part = batch[NUMBER::COUNT]
    return part, COUNT * len(part) / len(batch)


def mean(value: Tensor) -> Tensor:
    """The mean of a number over the processes, the same in each of them."""
    if COUNT == 1:
        return value
    total = value.clone()
    distributed.all_reduce(total)
    return total / COUNT
