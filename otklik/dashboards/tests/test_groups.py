"""Every group of the catalogue has a name for people."""

from otklik.dashboards.cards import GROUPS
from otklik.metrics.catalogue import BUILT_IN


def test_every_group_of_indicators_has_a_name():
    assert {indicator.group for indicator in BUILT_IN.values()} <= set(GROUPS)
