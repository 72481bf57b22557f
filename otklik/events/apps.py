from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class EventsConfig(AppConfig):
    name = "otklik.events"
    label = "events"

    def ready(self) -> None:
        from otklik.company.models import ApiKey, Company, Employee, Place, Point, Shift
        from otklik.company.signals import catalogue_changed as announced
        from otklik.events.directory import catalogue_changed
        from otklik.events.models import EventKind
        from otklik.surveys.models import Question

        announced.connect(catalogue_changed, dispatch_uid="events.directory")
        for model in (ApiKey, Company, Employee, EventKind, Place, Point, Question, Shift):
            post_save.connect(catalogue_changed, model, dispatch_uid="events.directory")
            post_delete.connect(catalogue_changed, model, dispatch_uid="events.directory")
