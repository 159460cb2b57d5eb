"""Instructions a document of each step, counted by Valgrind's callgrind: the same on a busy machine.

    python benchmarks/throughput/instructions.py [STEP ...]

Counts are of one batch of 16 documents in a warm process, half a minute a step. What they leave out is
the cache: they tell two versions of the code apart, not two machines.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

import texts
from steps import steps

from mtag import Tagger

DOCUMENTS = 16


def control(state) -> None:
    """Switch counting on or off in this process."""
    command = ["callgrind_control", "-i", state, str(os.getpid())]
    subprocess.run(command, check=True, capture_output=True)


def work(name) -> None:
    """What runs under callgrind: only the step is counted."""
    step = steps(Tagger.load(), texts.documents(DOCUMENTS))[name]
    step()
    control("on")
    step()
    control("off")


def count(name) -> float:
    """Millions of instructions a document."""
    with tempfile.NamedTemporaryFile(suffix=".callgrind") as file:
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no"]
        command += [f"--callgrind-out-file={file.name}", sys.executable, __file__, "--counted", name]
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        subprocess.run(command, check=True, capture_output=True, env=environment)
        found = re.search(rb"^totals: (\d+)", file.read(), re.M)
    return int(found[1]) / DOCUMENTS / 1e6


def main() -> None:
    if sys.argv[1:2] == ["--counted"]:
        work(sys.argv[2])
        return
    if shutil.which("callgrind_control") is None:
        sys.exit("Valgrind is not installed (its package is `valgrind`)")
    print("| step | million instructions a document |\n|---|---|")
    for name in sys.argv[1:] or steps(Tagger.load(), texts.documents(1)):
        print(f"| {name} | {count(name):.2f} |", flush=True)


if __name__ == "__main__":
    main()
