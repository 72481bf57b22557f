"""What the pages of this room share."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from otklik.company.forms.base import blame
from otklik.company.models import User, Verb

PER_PAGE = 50
type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]
type Crumbs = list[tuple[str, str]]


def page[**P](verb: Verb | None = None) -> Callable[[View[P]], View[P]]:
    """A page for signed-in users who hold `verb` somewhere. What is forbidden looks as if it were not there."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if verb is not None and not user_of(request).may(verb):
                raise Http404
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied as denied:
                raise Http404 from denied

        return cast("View[P]", login_required(guarded))

    return decorate


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def attempt[T](form: forms.BaseForm, action: Callable[[dict[str, Any]], T]) -> T | None:
    """Run the action on valid data; None when the form now says what is wrong."""
    if not form.is_valid():
        return None
    try:
        return action(form.cleaned_data)
    except ValidationError as error:
        blame(form, error)
        return None


def form_page(
    request: HttpRequest, form: forms.BaseForm, *, title: str, crumbs: Crumbs, submit: str, **more: Any
) -> HttpResponse:
    """A page with one form. Errors are answered with 422 so that programs and tests see them."""
    context = {"form": form, "title": title, "crumbs": crumbs, "submit": submit, **more}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, more.get("template", "company/form.html"), context, status=status)


def try_action(request: HttpRequest, action: Callable[[], object]) -> bool:
    """Run an action that has no form; complaints become messages."""
    try:
        action()
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return False
    return True


def paginate[M: Model](request: HttpRequest, objects: QuerySet[M], per_page: int = PER_PAGE) -> Page[M]:
    return Paginator(objects, per_page).get_page(request.GET.get("page"))


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """Return to the page that asked (`next`), or to `otherwise`."""
    wanted = request.POST.get("next", "")
    return redirect(wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else otherwise)
