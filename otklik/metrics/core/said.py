"""Sentences of the core that can be said in another language: the English template is the code, its values the context.

The core knows no translations; `metrics/refusals.py` finds the words. The function is called as it is so that the tool
that collects texts to translate sees its templates.
"""


class Said(str):
    """A finished English sentence that remembers its template."""

    __slots__ = ("context", "template")

    template: str
    context: dict[str, object]


def gettext_noop(template: str, **context: object) -> Said:
    """The sentence of a template; `context` are the values of its %(name)s."""
    said = Said(template % context if context else template)
    said.template, said.context = template, context
    return said


def said_of(error: Exception) -> str:
    """What an error says, with its template where it has one."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, str) else str(error)
