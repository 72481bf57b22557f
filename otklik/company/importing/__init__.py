"""Files that people bring: read whole, checked whole with a list of errors per line and field, then taken in whole."""
