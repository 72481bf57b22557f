"""Figures that people type, as indicators and over REST."""
