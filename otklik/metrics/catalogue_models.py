"""Indicators over several questions."""

MODELS = ()
