"""The only writers of panels. Presses are events and are written by `presses.take`."""

import hashlib
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.company import audit
from otklik.company.models import Point, User, Verb
from otklik.company.writing import change, create, demand
from otklik.devices.models import Logo, Panel, new_token
from otklik.surveys.models import Question

MAX_LOGO_BYTES = 48 * 1024  # the whole page stays light


class PanelFields(TypedDict, total=False):
    question: Question
    name: str
    layout: str
    best_first: bool
    text_ru: str
    text_en: str
    thanks_ru: str
    thanks_en: str
    thanks_seconds: int
    languages: list[str]
    debounce_seconds: int
    burst_limit: int
    accent: str


@transaction.atomic
def create_panel(*, acting_user: User | None, point: Point, **fields: Unpack[PanelFields]) -> Panel:
    """Add a panel at `point`. Needs MANAGE on the point's place."""
    demand(acting_user, Verb.MANAGE, point.place)
    panel = Panel(point=point, **fields)
    panel.asked = [panel.question.code]
    return create(panel, acting_user=acting_user, action="panel.create", place=point.place)


@transaction.atomic
def update_panel(panel: Panel, *, acting_user: User | None, **fields: Unpack[PanelFields]) -> Panel:
    panel = _mine(panel, acting_user)
    change(panel, fields, acting_user=acting_user, action="panel.update", place=panel.point.place)
    if panel.question.code not in panel.asked:  # presses made before the change may still wait in a panel
        panel.asked = [*panel.asked, panel.question.code]
        panel.save(update_fields=["asked"])
    return panel


@transaction.atomic
def rotate_panel(panel: Panel, *, acting_user: User | None) -> Panel:
    """Give the panel a new link; the old one stops at once. The token itself never goes to the audit log."""
    panel = _mine(panel, acting_user)
    panel.token = new_token()
    panel.last_seen = None
    panel.save(update_fields=["token", "last_seen"])
    audit.record(
        "panel.rotate", panel, acting_user=acting_user, new={"link": "changed"}, place=panel.point.place
    )
    return panel


@transaction.atomic
def deactivate_panel(panel: Panel, *, acting_user: User | None) -> Panel:
    return _switch(panel, acting_user, active=False)


@transaction.atomic
def activate_panel(panel: Panel, *, acting_user: User | None) -> Panel:
    return _switch(panel, acting_user, active=True)


@transaction.atomic
def set_logo(panel: Panel, *, acting_user: User | None, content: bytes | None) -> Panel:
    """Give the panel a picture (PNG, JPEG, WebP or SVG), or take it away with None."""
    panel = _mine(panel, acting_user)
    before = Logo.objects.filter(panel=panel).first()
    old = {"logo": before.digest} if before else {"logo": None}
    if content is None:
        if before is None:
            return panel
        before.delete()
        new: dict[str, str | None] = {"logo": None}
    else:
        digest = hashlib.sha256(content).hexdigest()[:16]
        values = {"media_type": picture_type(content), "content": content, "digest": digest}
        Logo.objects.update_or_create(panel=panel, defaults=values)
        new = {"logo": digest}
    audit.record("panel.logo", panel, acting_user=acting_user, old=old, new=new, place=panel.point.place)
    return panel


def picture_type(content: bytes) -> str:
    """The media type by the first bytes; raises ValidationError with a sentence."""
    if len(content) > MAX_LOGO_BYTES:
        raise ValidationError(
            _("The picture is larger than %(limit)d KB. Save it smaller: 400 points wide is enough."),
            params={"limit": MAX_LOGO_BYTES // 1024},
        )
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if b"<svg" in content[:1000].lower():
        return "image/svg+xml"
    raise ValidationError(_("This is not a PNG, JPEG, WebP or SVG picture."))


def note_seen(panel: Panel, *, waiting: int, version: str, pressed: bool) -> None:
    """Keep what the page reports about itself; technical, so not in the audit log. Writes at most every 20 s unless news."""
    now = timezone.now()
    fresh = panel.last_seen is not None and (now - panel.last_seen).total_seconds() < 20
    if fresh and panel.waiting == waiting and panel.app_version == version and not pressed:
        return
    values: dict[str, object] = {"last_seen": now, "waiting": waiting, "app_version": version}
    if pressed:
        values["last_press"] = now
    Panel.objects.filter(pk=panel.pk).update(**values)


def _mine(panel: Panel, acting_user: User | None) -> Panel:
    """The panel read anew under a lock, if the user may change it."""
    demand(acting_user, Verb.MANAGE, panel.point.place)
    rows = Panel.objects.select_for_update(of=("self",)).select_related("point__place", "question")
    return rows.get(pk=panel.pk)


def _switch(panel: Panel, acting_user: User | None, *, active: bool) -> Panel:
    panel = _mine(panel, acting_user)
    action = "panel.activate" if active else "panel.deactivate"
    change(panel, {"active": active}, acting_user=acting_user, action=action, place=panel.point.place)
    return panel
