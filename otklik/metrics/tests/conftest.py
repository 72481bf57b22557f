"""Property tests of this room start databases: no deadline per example, fewer examples than by default."""

from hypothesis import settings

settings.register_profile("metrics", deadline=None, max_examples=40)
settings.load_profile("metrics")
