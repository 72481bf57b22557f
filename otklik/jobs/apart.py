"""One task in a process of its own: `python -m otklik.jobs.apart TASK`.

A large export keeps Python busy for half a minute; beside it, in the same process, pages would wait six times as long. The process ends
when the server that started it does: an end of its input means that the server is gone.
"""

import os
import signal
import sys
import threading


def main(task: str) -> int:
    threading.Thread(target=_end_with_the_server, name="server", daemon=True).start()
    os.nice(5)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.settings")
    import django

    django.setup()
    from django_tasks_db.models import DBTaskResult

    from otklik.jobs.progress import STOPPING
    from otklik.jobs.worker import run

    signal.signal(signal.SIGTERM, lambda _signal, _frame: STOPPING.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which tells us
    run(DBTaskResult.objects.get(pk=task))
    return 0


def _end_with_the_server() -> None:
    os.read(0, 1)  # not through sys.stdin, whose lock would be in the way at our own end
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
