"""Filters for numbers and dates; see otklik/web/formats.py."""

import datetime as dt

from django import template

from otklik.web import formats

register = template.Library()


@register.filter
def number(value: float | None, digits: int = 0) -> str:
    return formats.number(value, digits)


@register.filter
def signed(value: float | None, digits: int = 0) -> str:
    return formats.number(value, digits, signed=True)


@register.filter
def percent(share: float | None, digits: int = 0) -> str:
    return formats.percent(share, digits)


@register.filter
def duration(seconds: float | None) -> str:
    return formats.duration(seconds)


@register.filter(expects_localtime=True)
def day(value: dt.date) -> str:
    return formats.day(value)


@register.filter(expects_localtime=True)
def moment(value: dt.datetime) -> str:
    return formats.moment(value)


@register.simple_tag
def plus_minus(value: float | None, half_width: float | None, digits: int = 0) -> str:
    return formats.plus_minus(value, half_width, digits)
