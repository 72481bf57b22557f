from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "otklik.devices"
    label = "devices"
