"""Which indicators colour the flags: those of the address, else the person's own choice, else those of the board."""

from collections.abc import Iterable, Mapping, Sequence

from otklik.company.models import User
from otklik.dashboards.actions import board_of, shared_board
from otklik.dashboards.models import MapChoice
from otklik.dashboards.readings import Asked
from otklik.metrics.catalogue import Indicator

MOST = 24


def read_names(names: Iterable[str], known: Mapping[str, Indicator]) -> list[Asked]:
    """«nps» or «nps:question», several in one text with commas; unknown codes are left out."""
    found = []
    for text in names:
        for name in text.split(","):
            code, _colon, subject = name.strip().partition(":")
            if code in known:
                found.append((code, subject[:64]))
    return list(dict.fromkeys(found))[:MOST]


def write_name(asked: Asked) -> str:
    return f"{asked[0]}:{asked[1]}" if asked[1] else asked[0]


def default_choice(user: User | None, known: Mapping[str, Indicator]) -> list[Asked]:
    """What stands on the user's board, or on the shared one."""
    board = board_of(user) if user is not None else shared_board()
    widgets = board.widgets.values_list("indicator", "subject")
    return list(dict.fromkeys((code, subject) for code, subject in widgets if code in known))[:MOST]


def chosen(user: User, names: Sequence[str], known: Mapping[str, Indicator]) -> tuple[list[Asked], bool]:
    """The indicators, and whether the person has chosen them (else they are the board's)."""
    if found := read_names(names, known):
        return found, True
    kept = MapChoice.objects.filter(user=user).values_list("indicators", flat=True).first()
    if kept and (found := read_names(kept, known)):
        return found, True
    return default_choice(user, known), False
