"""How indicators hang together: correlations, lags, drivers, elements of the standard, reliability, quadrants."""
