from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "otklik.metrics"
    label = "metrics"

    def ready(self) -> None:
        """Give every store that is opened the columns of its day tables."""
        from otklik.events.record import when_open
        from otklik.metrics.record import register

        when_open(register)
