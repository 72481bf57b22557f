from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "otklik.metrics"
    label = "metrics"

    def ready(self) -> None:
        """Give every store that is opened the columns of its day tables; let indicators follow the figures that people type."""
        from otklik.devices.figures.signals import figure_saved
        from otklik.events.record import when_open
        from otklik.metrics.figures.define import follow
        from otklik.metrics.record import register

        when_open(register)
        figure_saved.connect(follow, dispatch_uid="metrics.figures")
