"""Which tests share a worker of pytest-xdist, and which begin first.

Tests of one file stay together, for their fixtures are dear; so do files that share a server full of data. What takes longest begins first,
so that no worker is left alone with it at the end. (Groups by marks are lost with this pytest: its node ids cannot be changed any more.)
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

# Beginnings of node ids, by what their tests share; in the order in which they begin.
SHARED = {
    "tests/shared/test_factors.py": "rules",
    "tests/shared/test_rules.py": "rules",
    "tests/browser/": "browser",
    "tests/shared/test_checks.py": "surveys",
    "tests/shared/test_conformance.py": "surveys",
    "tests/": "",
    "": "",
}


def rank(nodeid: str) -> int:
    return next(number for number, start in enumerate(SHARED) if nodeid.startswith(start))


class Together(LoadScopeScheduling):
    def __init__(self, config: pytest.Config, log: object = None) -> None:
        config.option.loadscopereorder = False  # the order is ours
        super().__init__(config, log)  # type: ignore[arg-type]

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return SHARED[list(SHARED)[rank(nodeid)]] or file
