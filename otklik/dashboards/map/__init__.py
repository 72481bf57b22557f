"""One flag per location in the colour of its worst indicator. Start with `ground.py` and `flags.py`."""
