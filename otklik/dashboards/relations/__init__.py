"""The pages of relations: table of correlations, one pair, drivers, the standard, quadrants, questions."""
