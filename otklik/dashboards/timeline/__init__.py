"""Several indicators on one time axis, with what happened beside them."""
