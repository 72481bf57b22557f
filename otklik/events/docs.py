"""docs/events.md, made from the catalogue: `python -m otklik.events.docs` writes it, a test compares it."""

from pathlib import Path

from django.utils.translation import override

from otklik.events.vocabulary import COMMON, DECLARED, Attribute, Kind, SubjectRule, ValueRule

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "events.md"
HEAD = """# Kinds of events

Made by `python -m otklik.events.docs` from `otklik/events/vocabulary.py`. How to send events: [ingest](ingest-api.md), [import](import.md). An
installation adds kinds of its own under Settings.

Every kind allows attributes of your own (texts, numbers, true, false) besides those named here, and these:

"""
VALUES = {
    ValueRule.NONE: "none",
    ValueRule.OPTIONAL: "a number, may be absent",
    ValueRule.NUMBER: "a number",
    ValueRule.COUNT: "a whole number from 0",
    ValueRule.SHARE: "from 0 to 1",
    ValueRule.SCALE: "an option of the scale",
    ValueRule.ANSWER: "an option of the scale, may be absent",
}
SUBJECTS = {
    SubjectRule.NONE: "none",
    SubjectRule.TOPIC: "any code, may be absent",
    SubjectRule.CODE: "any code",
    SubjectRule.QUESTION: "a question's code",
}


def page() -> str:
    """The page in Markdown, English."""
    with override("en"):
        common = "\n".join(_attribute(one) for one in COMMON)
        return f"{HEAD}{common}\n\n" + "\n".join(_section(kind) for kind in DECLARED.values())


def _section(kind: Kind) -> str:
    with override("ru"):
        russian = str(kind.name)
    meaning = f": {kind.value_meaning}" if kind.value_meaning else ""
    lines = [
        f"## `{kind.code}`: {kind.name} ({russian})",
        str(kind.meaning),
        "",
        f"- subject: {SUBJECTS[kind.subject]}",
        f"- value: {VALUES[kind.value]}{meaning}",
        *(_attribute(one) for one in kind.attributes),
    ]
    return "\n".join(lines) + "\n"


def _attribute(one: Attribute) -> str:
    required = ", required" if one.required else ""
    choices = f" ({', '.join(f'`{choice}`' for choice in one.choices)})" if one.choices else ""
    return f"- `attrs.{one.name}` ({one.type.value}{required}): {one.meaning}{choices}"


if __name__ == "__main__":
    from otklik.cli import setup_django

    setup_django()
    PAGE.write_text(page(), "utf-8")
