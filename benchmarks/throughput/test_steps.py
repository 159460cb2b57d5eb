"""Micro-benchmarks of the steps, for pytest-benchmark: compare runs with `--benchmark-autosave`.

pytest benchmarks/throughput/test_steps.py -n 0 --benchmark-only
"""

import pytest
import texts
from steps import steps

from mtag import Tagger

DOCUMENTS = 25
STEPS = steps(Tagger.load(), texts.documents(DOCUMENTS))


@pytest.mark.parametrize("name", STEPS)
def test_step(benchmark, name):
    benchmark.extra_info["documents"] = DOCUMENTS
    assert benchmark(STEPS[name])
