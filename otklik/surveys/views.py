"""Pages of questions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.company.models import Verb
from otklik.company.queries import matching
from otklik.company.views.base import Crumbs, attempt, form_page, page, paginate, user_of
from otklik.company.views.imports import import_page
from otklik.company.writing import demand
from otklik.surveys import actions
from otklik.surveys.forms import QuestionForm
from otklik.surveys.importing import import_questions, plan_questions
from otklik.surveys.models import Question


@require_GET
@page(Verb.VIEW)
def questions(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    found = Question.objects.order_by("-active", "code")
    if query:
        found = found.filter(matching(query, "code", "text_ru", "text_en"))
    context = {
        "title": _("Questions"),
        "page": paginate(request, found),
        "query": query,
        "may_manage": user_of(request).may_everywhere(Verb.MANAGE),
    }
    return render(request, "surveys/list.html", context)


@page(Verb.MANAGE)
def add(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    demand(user, Verb.MANAGE, None)
    form = QuestionForm(request.POST or None, initial={"active": True})
    made = attempt(form, lambda data: actions.create_question(acting_user=user, **data))
    if made is not None:
        messages.success(request, _("“%s” is here.") % made.code)
        return redirect("surveys:questions")
    return _page(request, form, _("New question"), _("Add"))


@page(Verb.MANAGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    demand(user, Verb.MANAGE, None)
    question = get_object_or_404(Question, pk=pk)
    form = QuestionForm(request.POST or None, instance=question)
    if attempt(form, lambda data: actions.update_question(question, acting_user=user, **data)) is not None:
        messages.success(request, _("Saved"))
        return redirect("surveys:questions")
    return _page(request, form, question.code, _("Save"), question)


@require_POST
@page(Verb.MANAGE)
def preview(request: HttpRequest) -> HttpResponse:
    """The scale as the form now describes it; what is half typed shows nothing."""
    form = QuestionForm(request.POST)
    form.is_valid()
    names = ("scale_min", "scale_max", "top", "labels", "type")
    values = {name: form.cleaned_data[name] for name in names if form.cleaned_data.get(name) is not None}
    question = Question(**values)
    sensible = 0 < question.scale_max - question.scale_min <= 20
    return render(request, "surveys/scale.html", {"question": question if sensible else None})


@page(Verb.MANAGE)
def bring_in(request: HttpRequest) -> HttpResponse:
    demand(user_of(request), Verb.MANAGE, None)
    return import_page(
        request,
        plan=lambda content, _user: plan_questions(content).steps,
        take=lambda content, user: import_questions(content, acting_user=user),
        title=_("Import questions"),
        crumbs=_crumbs(),
        template="surveys/import.html",
        done="surveys:questions",
    )


def _page(
    request: HttpRequest, form: QuestionForm, title: str, submit: str, question: Question | None = None
) -> HttpResponse:
    more = {"template": "surveys/question.html", "question": question or Question()}
    return form_page(request, form, title=title, crumbs=_crumbs(), submit=submit, **more)


def _crumbs() -> Crumbs:
    return [(_("Questions"), reverse("surveys:questions"))]
