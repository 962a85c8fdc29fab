"""Prepares some work with the build of the library that it finds, and does it when told to.

Run by :meth:`tests.bench.builds.Build.worker`, with a module and its arguments. It
prints where ``cosign`` is, and then, for every line that it reads, the processor time in
seconds of doing the work once.
"""

import gc
import sys
import time
from importlib import import_module
from types import ModuleType

import cosign


def either(*names: str) -> ModuleType:
    """Import the first of these modules that this build has.

    Args:
        names: what one module is called in this build and in earlier ones.
    """
    *newer, oldest = names
    for name in newer:
        try:
            return import_module(name)
        except ModuleNotFoundError as e:
            if e.name is None or not name.startswith(e.name):
                raise  # it is there, but something that it needs is not
    return import_module(oldest)


def main() -> None:
    """Work until the input ends."""
    work = import_module(sys.argv[1]).prepare(*sys.argv[2:])
    print(cosign.__file__, flush=True)
    for _ in sys.stdin:
        gc.collect()
        started = time.process_time()
        work()
        print(time.process_time() - started, flush=True)


if __name__ == "__main__":
    main()
