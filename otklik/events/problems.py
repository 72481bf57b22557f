"""What can be wrong with an event, as sentences for people."""

import dataclasses
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "malformed": _("The event is not a JSON object with the fields of an event: %(detail)s."),
    "not_utf8": _("The text is not UTF-8: byte %(position)d cannot be read."),
    "not_json": _("The text is not JSON: line %(line)d, column %(column)d."),
    "not_events": _("Send one event, a list of events, or one event per line (application/x-ndjson)."),
    "empty_body": _("The request has no body."),
    "no_such_address": _("There is nothing at this address; events go to /ingest/v1/events."),
    "only_post": _("Send events with POST."),
    "key_missing": _("Send an API key: “Authorization: Bearer …” or “X-API-Key: …”."),
    "key_unknown": _("This API key is unknown or was revoked."),
    "too_many_wrong_keys": _("Too many wrong keys from this address. Try again in %(seconds)d seconds."),
    "key_without_scope": _("This API key may not send events; make one with the scope “ingest”."),
    "media_type": _("“%(value)s” is not taken here; use application/json or application/x-ndjson."),
    "charset": _("The text must be UTF-8, not %(value)s."),
    "content_encoding": _("A body may be packed with gzip or deflate, not with “%(value)s”."),
    "not_packed": _("The body cannot be unpacked as %(encoding)s."),
    "body_too_large": _(
        "The body is larger than %(limit)d bytes, packed or unpacked; send fewer events at a time."
    ),
    "busy": _("Too much is waiting to be stored; try again in a second."),
    "not_stored": _("The events could not be stored; keep them and try again. %(detail)s"),
    "starting": _("The server is starting; try again in a second."),
    "none_valid": _("None of the events is valid; nothing was stored."),
    "unknown_field": _("“%(field)s” is not a field of an event; put your own data into “attrs”."),
    "missing": _("“%(field)s” is missing."),
    "wrong_type": _("“%(field)s” has the wrong type: %(detail)s."),
    "too_long": _("“%(field)s” is longer than %(limit)d characters."),
    "empty": _("“%(field)s” is empty."),
    "not_printable": _("“%(field)s” contains control or invisible characters."),
    "time_format": _("“at” must be a time with an offset from UTC, like 2026-01-05T10:00:00+03:00."),
    "time_too_old": _("“at” lies more than %(days)d days back; check the clock of the sender."),
    "time_ahead": _("“at” lies more than %(seconds)d seconds ahead of the server's clock."),
    "time_range": _("“at” must lie between the years 1900 and 2100."),
    "point_and_place": _("Give either “point” or “place”, not both."),
    "no_place": _("Say where it happened: give “point” or “place”."),
    "unknown_point": _("There is no point “%(value)s”."),
    "unknown_place": _("There is no place “%(value)s”."),
    "unknown_kind": _("There is no kind of event “%(value)s”."),
    "unknown_employee": _("There is no employee with the number “%(value)s”."),
    "unknown_question": _("There is no question “%(value)s”."),
    "subject_missing": _("An event of kind “%(kind)s” needs a “subject”."),
    "subject_unexpected": _("An event of kind “%(kind)s” has no “subject”."),
    "value_missing": _("An event of kind “%(kind)s” needs a “value”."),
    "value_unexpected": _("An event of kind “%(kind)s” has no “value”."),
    "value_not_finite": _("“%(field)s” must be a finite number, not NaN or infinity."),
    "value_not_whole": _("“%(field)s” must be a whole number from 0, not %(value)s."),
    "value_not_share": _("“value” must lie between 0 and 1, not %(value)s."),
    "off_scale": _(
        "“value” %(value)s is not on the scale of “%(subject)s”: whole numbers from %(low)d to %(high)d."
    ),
    "text_has_value": _(
        "“%(subject)s” is answered in words: put them into “attrs.text” and leave “value” out."
    ),
    "attribute_missing": _("An event of kind “%(kind)s” needs “%(field)s”."),
    "attribute_choice": _("“%(field)s” must be one of: %(choices)s."),
    "attribute_name": _("Names of attributes are 1 to 64 characters long and printable."),
    "attributes_too_large": _("“attrs” is larger than %(limit)d bytes."),
    "not_yours": _("There is no event “%(value)s” that this key may change."),
}


class Problem(NamedTuple):
    """What is wrong with one field: `code` is for machines and a key of SENTENCES, `params` fill the sentence."""

    field: str
    code: str
    params: dict[str, object]

    def sentence(self, language: str) -> str:
        with override(language):
            return gettext(str(SENTENCES[self.code])) % {"field": self.field, **self.params}


@dataclasses.dataclass(frozen=True, slots=True)
class Rejection:
    """An event that was not stored: its position in what was sent, its id where it has one, all its problems."""

    index: int
    id: str | None
    problems: tuple[Problem, ...]

    def as_json(self, language: str) -> dict[str, object]:
        first, *others = (
            {"field": one.field, "code": one.code, "error": one.sentence(language)} for one in self.problems
        )
        answer: dict[str, object] = {"index": self.index, "id": self.id, **first}
        return {**answer, "others": others} if others else answer
