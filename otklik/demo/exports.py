"""Files that the administrator and the manager of the demo have asked for: they are ready a moment after the start."""

from otklik.company.models import User
from otklik.jobs.actions import enqueue
from otklik.jobs.models import Job

ASKED = {
    "admin": (("service", "by=location", "Качество сервиса, Вся компания"), ("events", "period=7d&kind=rating", "Оценки за неделю, Вся компания")),
    "manager": (("comparison", "by=employee&indicator=support", "Сравнение сотрудников"),),
}  # fmt: skip


def ask() -> None:
    """Once for each of them."""
    for name, files in ASKED.items():
        user = User.objects.filter(username=name).first()
        if user is None or Job.objects.filter(user=user).exists():
            continue
        for export, query, title in files:
            params = {"name": export, "query": query, "format": "xlsx"}
            enqueue("export", params, acting_user=user, title=f"{title} (xlsx)", language="ru")
