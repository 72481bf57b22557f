"""Names of files, as people read them: report, scope, period."""

import re

from otklik.reports.table import Report

FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*\u2028\u2029]+')
LONGEST = 120


def safe_name(text: str) -> str:
    """A part of a file's name that every system takes."""
    plain = FORBIDDEN.sub(" ", text).replace("\u00a0", " ").replace("–", "-")
    return re.sub(r"\s+", " ", plain).strip(" .")[:LONGEST] or "1"


def file_name(report: Report, ending: str) -> str:
    """«Индекс поддержки клиентов, Москва, 2026-03-01 - 2026-03-28.xlsx»."""
    if report.first and report.last:
        days = report.first.isoformat() if report.first == report.last else f"{report.first} - {report.last}"
    else:
        days = report.period
    parts = [safe_name(part) for part in (report.title, report.scope, days) if part]
    return f"{', '.join(parts)}.{ending}"
