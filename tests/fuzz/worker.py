"""One harness under the fuzzer, in a process of its own: ``python -m tests.fuzz.worker``.

Arguments: the harness's name, then libFuzzer's options and folders. Ends with an
exit code other than 0 where the harness raised, or an input took too long or too
much memory; libFuzzer has then written the input down.
"""

import sys
from typing import NoReturn

import atheris


def main(name: str, *options: str) -> NoReturn:
    """Fuzz until an option says stop, or something is found."""
    with atheris.instrument_imports(include=["cosign", "cosign_cli"]):
        from tests.fuzz.harnesses import HARNESSES  # noqa: PLC0415  # instrumented as it is imported
        from tests.fuzz.material import seeds  # noqa: PLC0415  # the same
        from tests.fuzz.mutation import mutator  # noqa: PLC0415  # the same

    HARNESSES[name](seeds(name)[0])  # what a harness makes once is not on the fuzzer's time
    mutate = mutator(name)

    def changed(raw: bytes, most: int, seed: int) -> bytes:
        return mutate(raw, most, seed, atheris.Mutate)

    atheris.Setup([name, *options], HARNESSES[name], custom_mutator=changed)
    atheris.Fuzz()
    sys.exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
