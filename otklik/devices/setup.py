"""The fourth step of a new company: a panel at every point, and the first press. Stands among the steps of `company`."""

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from otklik.company.codes import suggest_code
from otklik.company.models import Point, User, Verb
from otklik.company.views.base import attempt, page, user_of
from otklik.company.writing import demand
from otklik.devices import actions
from otklik.devices.layouts import natural
from otklik.devices.models import Panel
from otklik.devices.queries import ratings_today
from otklik.devices.views import drawn_code, link_of
from otklik.surveys.actions import create_question
from otklik.surveys.models import Question, QuestionType

MOST_SHOWN = 30
MOST_AT_ONCE = 200
SUGGESTED = _("How did we serve you today?")


class FirstQuestionForm(forms.Form):
    """What the panels ask, when no rating question exists yet."""

    text = forms.CharField(label=_("what the panel asks"), max_length=160, initial=SUGGESTED)
    smileys = forms.TypedChoiceField(
        label=_("smileys"), coerce=int, initial=5, choices=[(count, str(count)) for count in (5, 4, 3, 2)]
    )


@page(Verb.ADMIN)
def first_panel(request: HttpRequest) -> HttpResponse:
    """Ask for the question, make panels, then show the code and wait for the first press."""
    user = user_of(request)
    demand(user, Verb.ADMIN, None)
    points = list(_points_without().select_related("place"))
    panels = list(Panel.objects.filter(active=True).select_related("point__place", "question").order_by("pk"))
    if "heard" in request.GET:  # what the page asks for every two seconds
        heard = any(ratings_today(panels).values())
        return render(request, "devices/setup_heard.html", {"heard": heard})
    question = Question.objects.filter(active=True, type=QuestionType.RATING).order_by("pk").first()
    form = None if question else FirstQuestionForm(request.POST or None)
    if request.method == "POST" and (
        form is None or attempt(form, lambda data: _first_question(user, **data)) is not None
    ):
        _equip(user, points[:MOST_AT_ONCE])
        return redirect(request.path)
    context = {
        "number": 4,
        "total": 5,
        "previous": reverse("company:setup_step", args=["points"]),
        "following": reverse("company:setup_step", args=["invite"]),
        "form": form,
        "question": question,
        "points": points[:MOST_SHOWN],
        "more": max(0, len(points) - MOST_SHOWN),
        "panels": [(one, link_of(request, one)) for one in panels[:MOST_SHOWN]],
        "alone": request.get_host().split(":")[0] in {"localhost", "127.0.0.1"},
        "code": drawn_code(link_of(request, panels[0])) if panels else "",
    }
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, "devices/setup_panel.html", context, status=status)


def _points_without() -> QuerySet[Point]:
    return Point.objects.filter(active=True).exclude(panels__active=True)


@transaction.atomic
def _first_question(user: User, *, text: str, smileys: int) -> Question:
    taken = set(Question.objects.values_list("code", flat=True))
    texts = {"ru": text} if (get_language() or "ru").startswith("ru") else {"en": text}
    if text == str(SUGGESTED):  # the suggestion is known in every language
        for language, _name in settings.LANGUAGES:
            with override(language):
                texts[language] = str(SUGGESTED)
    return create_question(
        acting_user=user,
        code=suggest_code("service", taken),
        text_ru=texts.get("ru", ""),
        text_en=texts.get("en", ""),
        type=QuestionType.RATING,
        scale_min=1,
        scale_max=smileys,
        top=smileys,
    )


@transaction.atomic
def _equip(user: User, points: list[Point]) -> None:
    question = Question.objects.filter(active=True, type=QuestionType.RATING).order_by("pk").first()
    assert question is not None
    for point in points:
        actions.create_panel(acting_user=user, point=point, question=question, layout=natural(question))
