"""What the panel's page shows, in every language that it offers."""

import hashlib
import json
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, override

from otklik import __version__
from otklik.devices.layouts import Layout, Option, end_words, options
from otklik.devices.models import Logo, Panel

LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}


def texts(panel: Panel, language: str) -> dict[str, Any]:
    """Every text of the page in one language."""
    buttons = options(panel.layout, panel.question, language, best_first=panel.best_first)
    low, high = end_words(panel.question, language)
    with override(language):
        return {
            "question": panel.text_in(language),
            "thanks": {"ru": panel.thanks_ru, "en": panel.thanks_en}[language] or gettext("Thank you!"),
            "thanksMore": gettext("Your answer helps us get better."),
            "low": low,
            "high": high,
            "words": {str(one.value): one.word for one in buttons},
            "spoken": {str(one.value): spoken(panel, one) for one in buttons},
            "fullscreen": gettext("Full screen"),
            "staff": gettext("For staff"),
            "waiting": gettext("Not sent yet"),
            "connection": gettext("Connection"),
            "online": gettext("there is"),
            "offline": gettext("none; presses are kept here and will be sent later"),
            "refused": gettext("Not taken by the server"),
            "lastAccepted": gettext("Last taken by the server"),
            "never": gettext("not yet"),
            "version": gettext("Version"),
            "offlineReady": gettext("Opens without connection"),
            "yes": gettext("yes"),
            "no": gettext("no"),
            "noWorker": gettext("no: the address must begin with https"),
            "memoryOnly": gettext(
                "This browser keeps nothing: presses would be lost on reload. Leave private mode."
            ),
            "closed": gettext(
                "The link of this panel has changed or the panel is switched off. "
                "Presses are kept here; open the new link on this device and they will be sent."
            ),
            "sendNow": gettext("Send now"),
            "close": gettext("Close"),
            "language": LANGUAGE_NAMES[language],
        }


def spoken(panel: Panel, option: Option) -> str:
    """What a screen reader says of a button; call inside `override`."""
    parts = {"value": option.value, "last": panel.question.scale_max, "word": option.word}
    if option.word and panel.layout == Layout.SMILEYS:
        return option.word
    if option.word:
        return gettext("%(value)s of %(last)s, %(word)s") % parts
    return gettext("%(value)s of %(last)s") % parts


def settings_version(panel: Panel) -> str:
    """Changes whenever the page would look otherwise; the page reloads itself then."""
    shown = [
        __version__,
        panel.layout,
        panel.accent,
        panel.thanks_seconds,
        panel.debounce_seconds,
        panel.question.code,
        Logo.objects.filter(panel=panel).values_list("digest", flat=True).first(),
        [texts(panel, language) for language in panel.languages],
    ]
    packed = json.dumps(shown, ensure_ascii=False, default=str).encode()
    return hashlib.sha256(packed).hexdigest()[:12]


def page_context(panel: Panel, *, preview: bool = False) -> dict[str, Any]:
    first = panel.languages[0]
    buttons = options(panel.layout, panel.question, first, best_first=panel.best_first)
    by_language = {language: texts(panel, language) for language in panel.languages}
    version = settings_version(panel)
    base = reverse("devices:panel", args=[panel.token])
    digest = Logo.objects.filter(panel=panel).values_list("digest", flat=True).first()
    data = {
        "panel": panel.pk,
        "base": base,
        "question": panel.question.code,
        "languages": panel.languages,
        "texts": by_language,
        "thanksMs": panel.thanks_seconds * 1000,
        "debounceMs": panel.debounce_seconds * 1000,
        "settings": version,
        "version": __version__,
        "preview": preview,
    }
    with override(first):
        drawn = [
            {
                "value": one.value,
                "mood": one.mood,
                "word": one.word,
                "spoken": spoken(panel, one),
                "count": index,
            }
            for index, one in enumerate(buttons, 1)
        ]
    return {
        "panel": panel,
        "buttons": drawn,
        "first": by_language[first],
        "language": first,
        "languages": [(code, LANGUAGE_NAMES[code]) for code in panel.languages],
        "data": data,
        "base": base,
        "version": version,
        "logo": f"{base}logo?v={digest}" if digest else "",
        "preview": preview,
    }
