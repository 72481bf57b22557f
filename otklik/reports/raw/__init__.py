"""The record itself: events with filters on every field, a page at a time or as a file."""
