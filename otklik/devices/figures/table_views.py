"""A whole table at once: paste it or choose a file, look at what would change or at every mistake, save."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from otklik.company.audit import through
from otklik.company.importing.tables import BadFile
from otklik.company.models import User, Verb
from otklik.company.views.base import page, user_of
from otklik.devices.figures.actions import Change, enter_all
from otklik.devices.figures.known import Known, known
from otklik.devices.figures.sheets import Sheet, sheet, sheets
from otklik.devices.figures.tables import Filled, Grid, Trouble, grid_of, grid_of_text, read_table, text_of
from otklik.devices.figures.views import enterable
from otklik.events.errors import StoreUnavailable
from otklik.web import formats

SHOWN, SHOWN_TROUBLES = 50, 200


class TableForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Table"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Copy it from a spreadsheet together with the line of days and the column of places."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("or a file"),
        required=False,
        help_text=gettext_lazy("CSV or .xlsx; the first sheet is read."),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("text", "").strip() and not said.get("file"):
            raise forms.ValidationError(_("Paste a table or choose a file."))
        return said


@dataclass(frozen=True, slots=True)
class Step:
    """One cell of the preview. `what`: new, changed, same, better (a better source has the number, it stays)."""

    filled: Filled
    old: str
    new: str
    what: str


@require_http_methods(["GET", "HEAD", "POST"])
@page(Verb.ENTER)
def table(request: HttpRequest, code: str) -> HttpResponse:
    """Two steps on one address: what is sent is shown as a plan; the plan's button sends it back to be saved."""
    one, user = sheet(code), user_of(request)
    if one is None:
        raise Http404
    context: dict[str, Any] = {"sheet": one, "form": TableForm(), "others": sheets()}
    if request.method != "POST":
        return render(request, "devices/entry_table.html", context)
    form = TableForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "devices/entry_table.html", context | {"form": form}, status=422)
    upload = form.cleaned_data["file"]
    name = str(upload.name if upload else request.POST.get("name", ""))[:80]
    try:
        grid = grid_of(upload.read()) if upload else grid_of_text(form.cleaned_data["text"])
    except BadFile as bad:
        return _troubled(request, context, [Trouble(0, 0, problem.message) for problem in bad.problems], form)
    steps, troubles = plan(grid, one, user)
    if not troubles and "confirmed" in request.POST:
        troubles = _saved(request, steps, user, name)
        if not troubles:
            return redirect("devices:entry", code=code)
    if troubles:
        return _troubled(request, context, troubles, TableForm({"text": text_of(grid)}))
    counts = Counter(step.what for step in steps)
    context |= {
        "steps": [step for step in steps if step.what in {"new", "changed"}][:SHOWN],
        "counts": counts,
        "n_changes": counts["new"] + counts["changed"],
        "text": text_of(grid),
        "name": name,
        "several": len({step.filled.sheet.code for step in steps}) > 1,
    }
    return render(request, "devices/entry_table.html", context)


def _saved(request: HttpRequest, steps: Sequence[Step], user: User, name: str) -> list[Trouble]:
    """Save and say so; what keeps it from being saved."""
    try:
        saved = take(steps, user, name)
    except ValidationError as error:
        return [Trouble(0, 0, text) for text in error.messages]
    except StoreUnavailable:
        return [Trouble(0, 0, _("Nothing was saved: the record of events does not answer. Try again."))]
    text = ngettext("%(n)s number saved.", "%(n)s numbers saved.", saved) % {"n": formats.number(saved)}
    messages.success(request, text)
    return []


def _troubled(
    request: HttpRequest, context: dict[str, Any], troubles: Sequence[Trouble], form: forms.Form
) -> HttpResponse:
    context |= {"troubles": troubles[:SHOWN_TROUBLES], "n_troubles": len(troubles), "form": form}
    return render(request, "devices/entry_table.html", context, status=422)


def plan(grid: Grid, one: Sheet, user: User) -> tuple[list[Step], list[Trouble]]:
    """What a table would change, and everything that is wrong with it."""
    read = read_table(grid, sheet=one, all_sheets=sheets(), places=enterable(user))
    steps: list[Step] = []
    for each, mine in _by_sheet(read.filled):
        days = [filled.day for filled in mine]
        held = known(each, {filled.place.pk for filled in mine}, min(days), max(days))
        for filled in mine:
            before = held.get((filled.place.pk, filled.day), Known())
            what = "changed"
            if before.better is not None:
                what = "better"
            elif before.typed is None:
                what = "new"
            elif before.typed == filled.value:
                what = "same"
            steps.append(Step(filled, each.text(before.value), each.text(filled.value), what))
    return steps, read.troubles


def _by_sheet(filled: Sequence[Filled]) -> list[tuple[Sheet, list[Filled]]]:
    found: dict[str, tuple[Sheet, list[Filled]]] = {}
    for one in filled:
        found.setdefault(one.sheet.code, (one.sheet, []))[1].append(one)
    return list(found.values())


def take(steps: Sequence[Step], user: User, name: str) -> int:
    """Save the new and the changed numbers, all or none; how many."""
    wanted = [step.filled for step in steps if step.what in {"new", "changed"}]
    changes = [
        (one, [Change(filled.place, filled.day, filled.value) for filled in mine])
        for one, mine in _by_sheet(wanted)
    ]
    with through(f"import:{name}"[:100] if name else "paste"):
        enter_all(changes, acting_user=user, via=f"import:{name}" if name else "")
    return len(wanted)
