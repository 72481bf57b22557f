"""Pages of the company itself, of API keys, of the audit log and of one's own profile."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.company import actions
from otklik.company.audit_words import Line, lines_of
from otklik.company.audit_words import actions as audited_actions
from otklik.company.forms.places import CompanyForm
from otklik.company.forms.users import KeyForm, ProfileForm
from otklik.company.keys import write_last_used
from otklik.company.models import ApiKey, AuditEntry, Company, User, Verb
from otklik.company.queries import matching, zone_of
from otklik.company.views.base import Crumbs, attempt, form_page, page, paginate, user_of
from otklik.company.writing import demand

YEAR = 365 * 24 * 3600


@page(Verb.ADMIN)
def company(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    demand(user, Verb.ADMIN, None)
    form = CompanyForm(request.POST or None, instance=Company.current())
    if attempt(form, lambda data: actions.update_company(acting_user=user, **data)) is not None:
        messages.success(request, _("Saved"))
        return redirect("company:company")
    return form_page(request, form, title=_("Company"), crumbs=[], submit=_("Save"))


@require_GET
@page(Verb.ADMIN)
def keys(request: HttpRequest) -> HttpResponse:
    write_last_used()
    user = user_of(request)
    found = ApiKey.objects.visible_to(user).select_related("place", "created_by")
    context = {
        "title": _("API keys"),
        "page": paginate(request, found.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")),
    }
    return render(request, "company/keys/list.html", context)


@page(Verb.ADMIN)
def add_key(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = KeyForm(user, request.POST or None)
    made = attempt(form, lambda data: actions.create_key(acting_user=user, **data))
    crumbs: Crumbs = [(_("API keys"), reverse("company:keys"))]
    if made is None:
        return form_page(request, form, title=_("New API key"), crumbs=crumbs, submit=_("Make a key"))
    key, secret = made
    context = {"key": key, "secret": secret, "crumbs": crumbs, "title": key.name}
    answer = render(request, "company/keys/secret.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
@page(Verb.ADMIN)
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    key = get_object_or_404(ApiKey.objects.visible_to(user), pk=pk)
    actions.revoke_key(key, acting_user=user)
    messages.success(request, _("“%s” does not work any more.") % key.name)
    return redirect("company:keys")


@require_GET
@page(Verb.ADMIN)
def audit_log(request: HttpRequest) -> HttpResponse:
    """Filters: `q` name of the object, `who` user id, `action`, `from` and `to` days on the reader's clock."""
    user = user_of(request)
    zone = zone_of(user)
    found = AuditEntry.objects.visible_to(user).select_related("user")
    wanted = {name: request.GET.get(name, "").strip() for name in ("q", "who", "action", "from", "to")}
    if wanted["q"]:
        found = found.filter(matching(wanted["q"], "object_name"))
    if wanted["who"].isdigit():
        found = found.filter(user=int(wanted["who"]))
    if wanted["action"] in audited_actions():
        found = found.filter(action=wanted["action"])
    first, last = _day(wanted["from"]), _day(wanted["to"])
    if first:
        found = found.filter(at__gte=dt.datetime.combine(first, dt.time(), zone))
    if last:
        found = found.filter(at__lt=dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone))
    listed = paginate(request, found)
    lines: list[Line] = lines_of(listed.object_list, zone)
    people = User.objects.filter(pk__in=AuditEntry.objects.visible_to(user).values("user"))
    context = {
        "title": _("Audit log"),
        "page": listed,
        "lines": lines,
        "wanted": wanted,
        "actions": audited_actions(),
        "people": people,
    }
    return render(request, "company/audit.html", context)


@page()
def profile(request: HttpRequest) -> HttpResponse:
    """What everybody may change of themselves."""
    user = user_of(request)
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    saved = attempt(form, lambda data: actions.update_user(user, acting_user=user, **data))
    if saved is None:
        context = {"template": "company/profile.html", "grants": user.grants.select_related("place")}
        return form_page(request, form, title=_("My profile"), crumbs=[], submit=_("Save"), **context)
    messages.success(request, _("Saved"))
    answer = redirect("company:profile")
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        saved.language,
        max_age=YEAR,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return answer


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
