"""Otklik: hear clients at counters and tills, measure service, act while it happens."""

__version__ = "0.1.0"
