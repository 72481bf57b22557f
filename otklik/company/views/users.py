"""Pages of users, groups and roles."""

from django.contrib import messages
from django.contrib.auth.models import Group
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.company import actions
from otklik.company.accounts import invitation_path
from otklik.company.forms.users import GroupForm, InviteForm, RoleForm, UserForm
from otklik.company.models import Grant, Place, User, Verb
from otklik.company.queries import matching
from otklik.company.views.base import Crumbs, attempt, form_page, page, paginate, try_action, user_of
from otklik.company.writing import demand

GRANTS = Prefetch("grants", Grant.objects.select_related("place"))


@require_GET
@page(Verb.ADMIN)
def users(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    query = request.GET.get("q", "").strip()
    found = User.objects.manageable_by(user).order_by("-is_active", "username")
    if query:
        found = found.filter(matching(query, "username", "first_name", "last_name", "email"))
    context = {
        "page": paginate(request, found.prefetch_related(GRANTS, "groups")),
        "query": query,
        "everywhere": user.may_everywhere(Verb.ADMIN),
        "title": _("Users"),
    }
    return render(request, "company/users/list.html", context)


@page(Verb.ADMIN)
def invite(request: HttpRequest) -> HttpResponse:
    """Make a user with a role, then show the link by which they set a password."""
    user = user_of(request)
    form = InviteForm(user, request.POST or None)
    made = attempt(form, lambda data: actions.create_user(acting_user=user, **data))
    if made is not None:
        return _show_invitation(request, made)
    return form_page(request, form, title=_("Invite a user"), crumbs=_crumbs(), submit=_("Invite"))


@page(Verb.ADMIN)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = get_object_or_404(User.objects.manageable_by(user), pk=pk)
    form = UserForm(request.POST or None, instance=found)
    if attempt(form, lambda data: actions.update_user(found, acting_user=user, **data)) is not None:
        messages.success(request, _("Saved"))
        return redirect("company:user", pk)
    administered = Place.objects.visible_to(user, Verb.ADMIN)
    everywhere = user.may_everywhere(Verb.ADMIN)
    grants = found.grants.select_related("place")
    context = {
        "person": found,
        "groups": found.groups.all(),
        "grants": grants if everywhere else grants.filter(place__in=administered),
        "role_form": RoleForm(user),
        "template": "company/users/user.html",
    }
    return form_page(request, form, title=str(found), crumbs=_crumbs(), submit=_("Save"), **context)


@require_POST
@page(Verb.ADMIN)
def state(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = get_object_or_404(User.objects.manageable_by(user), pk=pk)
    active = request.POST.get("active", "1") == "1"
    if try_action(request, lambda: actions.set_user_active(found, acting_user=user, active=active)):
        undo = "" if active else f"undo:{reverse('company:user_state', args=[pk])}"
        text = _("%s may sign in again.") if active else _("%s cannot sign in any more.")
        messages.success(request, text % found, extra_tags=undo)
    return redirect("company:user", pk)


@require_POST
@page(Verb.ADMIN)
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link for setting the password; the old ones stop working when it is used."""
    found = get_object_or_404(User.objects.manageable_by(user_of(request)), pk=pk, is_active=True)
    return _show_invitation(request, found)


@require_POST
@page(Verb.ADMIN)
def give_role(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = get_object_or_404(User.objects.manageable_by(user), pk=pk)
    form = RoleForm(user, request.POST)
    if attempt(form, lambda data: actions.give_role(acting_user=user, user=found, **data)) is None:
        _say(request, form)
    return redirect("company:user", pk)


@require_POST
@page(Verb.ADMIN)
def take_role(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    grant = get_object_or_404(Grant.objects.select_related("user", "group", "place"), pk=pk)
    try_action(request, lambda: actions.take_role(grant, acting_user=user))
    if grant.group is not None:
        return redirect("company:group", grant.group.pk)
    assert grant.user is not None
    if User.objects.manageable_by(user).filter(pk=grant.user.pk).exists():
        return redirect("company:user", grant.user.pk)
    return redirect("company:users")


@require_GET
@page(Verb.ADMIN)
def groups(request: HttpRequest) -> HttpResponse:
    demand(user_of(request), Verb.ADMIN, None)
    found = Group.objects.order_by("name").prefetch_related(GRANTS, "user_set")
    return render(
        request,
        "company/users/groups.html",
        {"page": paginate(request, found), "title": _("Groups"), "crumbs": _crumbs()},
    )


@page(Verb.ADMIN)
def add_group(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    demand(user, Verb.ADMIN, None)
    form = GroupForm(user, request.POST or None)
    del form.fields["members"]
    made = attempt(form, lambda data: actions.create_group(acting_user=user, name=data["name"]))
    if made is not None:
        return redirect("company:group", made.pk)
    crumbs = [*_crumbs(), (_("Groups"), reverse("company:groups"))]
    return form_page(request, form, title=_("New group"), crumbs=crumbs, submit=_("Add"))


@page(Verb.ADMIN)
def edit_group(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    demand(user, Verb.ADMIN, None)
    group = get_object_or_404(Group, pk=pk)
    form = GroupForm(user, request.POST or None, group=group)
    if attempt(form, lambda data: actions.update_group(group, acting_user=user, **data)) is not None:
        messages.success(request, _("Saved"))
        return redirect("company:group", pk)
    crumbs = [*_crumbs(), (_("Groups"), reverse("company:groups"))]
    context = {
        "group": group,
        "grants": Grant.objects.filter(group=group).select_related("place"),
        "role_form": RoleForm(user),
        "template": "company/users/group.html",
    }
    return form_page(request, form, title=group.name, crumbs=crumbs, submit=_("Save"), **context)


@require_POST
@page(Verb.ADMIN)
def give_group_role(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    demand(user, Verb.ADMIN, None)
    group = get_object_or_404(Group, pk=pk)
    form = RoleForm(user, request.POST)
    if attempt(form, lambda data: actions.give_role(acting_user=user, group=group, **data)) is None:
        _say(request, form)
    return redirect("company:group", pk)


@require_POST
@page(Verb.ADMIN)
def delete_group(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    demand(user, Verb.ADMIN, None)
    group = get_object_or_404(Group, pk=pk)
    if not try_action(request, lambda: actions.delete_group(group, acting_user=user)):
        return redirect("company:group", pk)
    messages.success(request, _("Group deleted"))
    return redirect("company:groups")


def _say(request: HttpRequest, form: RoleForm) -> None:
    for errors in form.errors.values():
        for message in errors:
            messages.error(request, str(message))


def _show_invitation(request: HttpRequest, person: User) -> HttpResponse:
    link = request.build_absolute_uri(invitation_path(person))
    context = {"person": person, "link": link, "crumbs": _crumbs(), "title": _("Invitation")}
    return render(request, "company/users/invitation.html", context)


def _crumbs() -> Crumbs:
    return [(_("Users"), reverse("company:users"))]
