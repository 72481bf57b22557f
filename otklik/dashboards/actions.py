"""Everything that changes a board. A person who may not change a shared board changes a copy of their own."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from otklik.company.audit import record, snapshot
from otklik.company.models import User, Verb
from otklik.dashboards.defaults import LAYOUT, SHARED_NAME
from otklik.dashboards.models import Dashboard, Show, Size, Widget
from otklik.metrics.definitions import indicators

MOST_WIDGETS = 40
LIVE_FIELDS = ("indicator", "subject", "position", "size", "show", "target")


def may_share(user: User) -> bool:
    """Whether the user may change what everybody sees."""
    return user.may_everywhere(Verb.MANAGE)


@transaction.atomic
def shared_board(*, acting_user: User | None = None) -> Dashboard:
    """The shared board; made with the default layout when there is none yet."""
    board = Dashboard.objects.filter(owner=None).first()
    if board is None:
        board = Dashboard.objects.create(name=SHARED_NAME)
        known = indicators()
        layout = [row for row in LAYOUT if row[0] in known]
        Widget.objects.bulk_create(
            Widget(dashboard=board, indicator=code, show=show, size=size, position=position)
            for position, (code, show, size) in enumerate(layout)
        )
        record("dashboard.create", board, acting_user=acting_user, new={"name": board.name})
    return board


def board_of(user: User) -> Dashboard:
    """What the user sees first: their own board, else the shared one."""
    return Dashboard.objects.filter(owner=user).first() or shared_board()


@transaction.atomic
def own_board(*, acting_user: User) -> Dashboard:
    """The user's own board; made as a copy of the shared one at the first change."""
    own = Dashboard.objects.filter(owner=acting_user).first()
    if own is None:
        own = Dashboard.objects.create(owner=acting_user, name=_("My overview"))
        _copy_widgets(shared_board(), own)
        record("dashboard.create", own, acting_user=acting_user, new={"name": own.name})
    return own


@transaction.atomic
def drop_own_board(*, acting_user: User) -> None:
    """Go back to the shared board."""
    own = Dashboard.objects.filter(owner=acting_user).first()
    if own is not None:
        record("dashboard.delete", own, acting_user=acting_user, old={"widgets": _layout(own)})
        own.delete()


@transaction.atomic
def share(*, acting_user: User) -> Dashboard:
    """Make the user's own layout the shared one, and drop the own."""
    if not may_share(acting_user):
        raise PermissionDenied
    board, own = shared_board(), own_board(acting_user=acting_user)
    old = _layout(board)
    board.widgets.all().delete()
    _copy_widgets(own, board)
    record(
        "dashboard.share",
        board,
        acting_user=acting_user,
        old={"widgets": old},
        new={"widgets": _layout(board)},
    )
    own.delete()
    return board


@transaction.atomic
def add_widget(
    *,
    acting_user: User,
    indicator: str,
    subject: str = "",
    show: str = Show.TREND,
    size: int = Size.SMALL,
    target: float | None = None,
    position: int | None = None,
) -> Widget:
    """Put an indicator on the user's own board, at the end or at `position`."""
    if indicator not in indicators():
        raise ValidationError(
            {"indicator": _("There is no indicator “%s”. Choose one of the list.") % indicator}
        )
    board = own_board(acting_user=acting_user)
    held = list(board.widgets.all())
    if len(held) >= MOST_WIDGETS:
        raise ValidationError(
            {"indicator": _("A board holds at most %d widgets. Remove one first.") % MOST_WIDGETS}
        )
    widget = Widget(
        dashboard=board, indicator=indicator, subject=subject, show=show, size=size, target=target
    )
    widget.full_clean(exclude=["dashboard"])
    widget.save()
    order = [one.pk for one in held]
    order.insert(len(order) if position is None else position, widget.pk)
    _number(board, order)
    record("widget.add", widget, acting_user=acting_user, new=snapshot(widget, *LIVE_FIELDS))
    return widget


@transaction.atomic
def remove_widget(*, acting_user: User, widget: Widget) -> None:
    """Take a widget off the user's own board."""
    mine = _own(widget, acting_user)
    record("widget.remove", mine, acting_user=acting_user, old=snapshot(mine, *LIVE_FIELDS))
    mine.delete()


@transaction.atomic
def change_widget(
    *, acting_user: User, widget: Widget, size: int | None = None, show: str | None = None
) -> Widget:
    """Another size or another way to show."""
    mine = _own(widget, acting_user)
    old = snapshot(mine, "size", "show")
    if size is not None:
        mine.size = size
    if show is not None:
        mine.show = show
    mine.full_clean(exclude=["dashboard"])
    mine.save(update_fields=["size", "show"])
    record("widget.change", mine, acting_user=acting_user, old=old, new=snapshot(mine, "size", "show"))
    return mine


@transaction.atomic
def move_widget(*, acting_user: User, widget: Widget, position: int) -> None:
    """Put a widget at `position`, counted from 0; beyond the ends means at the end."""
    mine = _own(widget, acting_user)
    board = mine.dashboard
    order = [pk for pk in board.widgets.values_list("pk", flat=True) if pk != mine.pk]
    old = mine.position
    order.insert(max(0, position), mine.pk)
    _number(board, order)
    record(
        "widget.move",
        mine,
        acting_user=acting_user,
        old={"position": old},
        new={"position": order.index(mine.pk)},
    )


def _own(widget: Widget, user: User) -> Widget:
    """The widget on the user's own board: the same one, or its copy when it stands on the shared board."""
    if widget.dashboard.owner_id == user.pk:
        return widget
    if widget.dashboard.owner_id is not None:
        raise PermissionDenied
    place = list(widget.dashboard.widgets.values_list("pk", flat=True)).index(widget.pk)
    return own_board(acting_user=user).widgets.all()[place]


def _number(board: Dashboard, order: Sequence[int]) -> None:
    places = {pk: position for position, pk in enumerate(order)}
    widgets = list(board.widgets.all())
    for widget in widgets:
        widget.position = places[widget.pk]
    Widget.objects.bulk_update(widgets, ["position"])


def _copy_widgets(source: Dashboard, target: Dashboard) -> None:
    Widget.objects.bulk_create(
        Widget(dashboard=target, **{name: getattr(widget, name) for name in LIVE_FIELDS})
        for widget in source.widgets.all()
    )


def _layout(board: Dashboard) -> list[dict[str, object]]:
    return [snapshot(widget, *LIVE_FIELDS) for widget in board.widgets.all()]
