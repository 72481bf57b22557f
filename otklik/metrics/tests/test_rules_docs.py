"""docs/calculator.md is made from the rules: `UPDATE_DOCS=1 pytest` writes it anew."""

import os
from pathlib import Path

from otklik.metrics.rules.docs import BEGIN, END, rules_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "calculator.md"


def test_the_page_says_what_the_rules_say():
    before, rest = PAGE.read_text().split(BEGIN)
    _old, after = rest.split(END)
    fresh = f"{before}{BEGIN}\n{rules_page()}\n{END}{after}"
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(fresh)
    assert PAGE.read_text() == fresh
