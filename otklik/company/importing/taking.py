"""What every file does with its plan: each step in a savepoint of its own, every complaint at its line, all or nothing."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from otklik.company.importing.tables import BadFile, Problem


class Step(Protocol):
    """One entry of a plan; what is "same" already is passed over."""

    @property
    def line(self) -> int: ...
    @property
    def change(self) -> str: ...


def take[S: Step](
    steps: Iterable[S],
    apply: Callable[[S], object],
    *,
    denied: tuple[str, str] | None = None,
    columns: Mapping[str, str] | None = None,
) -> None:
    """Apply the steps inside the caller's transaction; raises BadFile with every complaint.

    `denied`: the column and the sentence for what the user may not touch; None: PermissionDenied goes on to the caller.
    `columns`: names of a model's fields in the file, where they differ.
    """
    problems: list[Problem] = []
    for step in steps:
        if step.change == "same":
            continue
        try:
            with transaction.atomic():
                apply(step)
        except ValidationError as error:
            problems += problems_of(error, step.line, columns)
        except PermissionDenied:
            if denied is None:
                raise
            problems.append(Problem(step.line, *denied))
    if problems:
        raise BadFile(problems)


def problems_of(error: ValidationError, line: int, columns: Mapping[str, str] | None = None) -> list[Problem]:
    """A model's complaints as problems of a line, under the names of the file."""
    if not hasattr(error, "error_dict"):
        return [Problem(line, "", message) for message in error.messages]
    return [
        Problem(line, "" if name == "__all__" else (columns or {}).get(name, name), message)
        for name, messages in error.message_dict.items()
        for message in messages
    ]
