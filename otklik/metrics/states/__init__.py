"""Colours over time: each change of an indicator's colour at a place is a row, written while events arrive."""
