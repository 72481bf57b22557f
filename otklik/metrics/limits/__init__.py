"""Thresholds: which limits hold where and when, the calendar behind them, import and export."""
