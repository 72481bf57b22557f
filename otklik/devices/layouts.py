"""How the options of a question look on a panel: which faces, which words, in what order."""

import dataclasses

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from otklik.surveys.models import Question, QuestionType

MAX_SMILEYS, MAX_STARS, MAX_NUMBERS = 5, 7, 11

# From the worst to the best; fewer options take the faces that are easiest to tell apart.
MOODS = {2: (1, 5), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}
MOOD_WORDS: dict[int, str | Promise] = {
    1: _("Awful"),
    2: _("Bad"),
    3: _("So-so"),
    4: _("Good"),
    5: _("Great"),
}
END_WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    QuestionType.NPS: (_("not at all likely"), _("extremely likely")),
    QuestionType.NET_EASY: (_("very easy"), _("very hard")),
    QuestionType.CES2: (_("disagree"), _("agree")),
    QuestionType.CES1: (_("very little effort"), _("very much effort")),
}


class Layout(models.TextChoices):
    SMILEYS = "smileys", _("smileys")
    NUMBERS = "numbers", _("numbers")
    STARS = "stars", _("stars")


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """One button. `mood` is 1 (worst) … 5 (best) for a face, 0 for others; `word` stands under or beside it."""

    value: int
    mood: int
    word: str


def why_not(layout: str, question: Question) -> str | Promise | None:
    """Why the question cannot be asked so, or None."""
    count = question.scale_max - question.scale_min + 1
    if question.type in (QuestionType.TEXT, QuestionType.CHOICE):
        return _("This question has no scale, so a panel cannot ask it.")
    if layout == Layout.SMILEYS and not 2 <= count <= MAX_SMILEYS:
        return _("There are smileys for 2 to 5 options; this question has more. Choose numbers.")
    if layout == Layout.STARS and not (question.scale_min == 1 and count <= MAX_STARS):
        return _("Stars are for scales from 1 to at most 7. Choose numbers.")
    if layout == Layout.STARS and question.top == question.scale_min:
        return _("On this scale the lowest number is the best, so stars would mislead. Choose numbers.")
    if layout == Layout.NUMBERS and count > MAX_NUMBERS:
        return _("A panel has room for 11 numbers; this question has more.")
    return None


def natural(question: Question) -> Layout:
    """What a question is usually asked with."""
    return Layout.NUMBERS if why_not(Layout.SMILEYS, question) else Layout.SMILEYS


def options(layout: str, question: Question, language: str, *, best_first: bool = False) -> list[Option]:
    """The buttons from left to right, in `language`."""
    values = list(range(question.scale_min, question.scale_max + 1))
    lowest_is_best = question.top == question.scale_min
    moods = MOODS.get(len(values), ()) if layout == Layout.SMILEYS else ()
    ranked = values[::-1] if lowest_is_best else values  # from the worst to the best
    mood_of = dict(zip(ranked, moods, strict=False))
    with override(language):
        buttons = [
            Option(value, mood_of.get(value, 0), word_of(question, value, language, mood_of.get(value, 0)))
            for value in (ranked if layout == Layout.SMILEYS else values)
        ]
    return buttons[::-1] if best_first and layout == Layout.SMILEYS else buttons


def word_of(question: Question, value: int, language: str, mood: int) -> str:
    """The question's own label, else the word of the face, else nothing."""
    label = question.labels.get(str(value)) if isinstance(question.labels, dict) else None
    if isinstance(label, dict):
        label = label.get(language) or label.get("ru") or label.get("en")
    if isinstance(label, str) and label:
        return label
    return str(MOOD_WORDS[mood]) if mood else ""


def end_words(question: Question, language: str) -> tuple[str, str]:
    """What the two ends of a scale of numbers mean."""
    low = word_of(question, question.scale_min, language, 0)
    high = word_of(question, question.scale_max, language, 0)
    if low and high:
        return low, high
    with override(language):
        if question.type in END_WORDS:
            first, last = END_WORDS[question.type]
            return low or str(first), high or str(last)
        bad, good = gettext("bad"), gettext("excellent")
        return (good, bad) if question.top == question.scale_min else (bad, good)
