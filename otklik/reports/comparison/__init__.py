"""Places, points or employees beside each other: who differs from the rest more than by chance."""
