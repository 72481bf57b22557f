"""Texts of clients go into files that programs open: none of them may become a formula there.

In Excel's own files a text cell is a text and no formula; those that look like one are marked besides, so that they stay
texts when somebody edits them. In CSV a program decides by the first character, so such texts get an apostrophe.
"""

import re

# what spreadsheet programs take for the beginning of a formula, also in its full-width form or behind blanks
RISKY = re.compile(r"[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212|%]|[\t\r\n]")
PLAIN_NUMBER = re.compile(r"-?\d+([.,]\d+)?")


def looks_like_formula(text: str) -> bool:
    return RISKY.match(text) is not None


def for_csv(text: str) -> str:
    """The text, made harmless where it is not."""
    if RISKY.match(text) and not PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text
