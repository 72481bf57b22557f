from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "otklik.events"
    label = "events"
