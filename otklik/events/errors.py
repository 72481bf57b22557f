"""What can go wrong with the record, each with a sentence for whoever runs the installation."""


class StoreUnavailable(Exception):  # noqa: N818  # a state of the store, named as such
    """Nothing was stored: the disk is full, read-only or fails. The caller may try again later."""


class DamagedSegmentError(Exception):
    """Upkeep met a sealed file that cannot be read and leaves it as it is; readers get the rest."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"Damaged files of the event record: {', '.join(names)}. Restore them from a backup."
        )
        self.names = names


class DirectoryInUseError(Exception):
    """Another server works on this data directory."""
