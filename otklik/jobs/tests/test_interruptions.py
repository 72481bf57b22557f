"""Killed, stopped, doubled: a job is never lost silently and never done by two."""

import os

import pytest
from django_tasks_db.models import DBTaskResult

from otklik.jobs import actions, worker
from otklik.jobs.kinds import Outcome
from otklik.jobs.models import Job, State
from otklik.jobs.progress import STOPPING, Progress
from otklik.jobs.tasks import run_job


def left_behind(job, worker_id, *, silent):
    """As a killed process leaves it: task and job are marked as running, half a file lies there."""
    row = worker.claim(worker_id)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempts=1)
    job.refresh_from_db()
    progress = Progress(job)
    progress.write()
    progress.path.write_text("half")
    if silent:
        past = 1_000_000_000
        DBTaskResult.objects.filter(pk=row.pk).update(started_at="2001-01-01T00:00:00Z")
        live = progress.path.with_name(f"{job.pk}.live")
        os.utime(live, (past, past))
    return row


@pytest.mark.parametrize(
    "case",
    [
        ("serve:elsewhere:1", True, False, True),
        ("serve:elsewhere:1", False, False, False),
        (worker.node() + "1", False, True, True),
        (worker.node() + "1", False, False, False),
    ],
)
def test_a_dead_workers_job_is_done_again(cast, writes_a_file, case):
    worker_id, silent, starting, back = case
    job = actions.enqueue(writes_a_file, {}, acting_user=cast.owner)
    left_behind(job, worker_id, silent=silent)
    assert worker.recover(starting=starting) == back
    assert worker.work_off() == back
    job.refresh_from_db()
    assert (job.state, job.attempts) == ((State.DONE, 2) if back else (State.RUNNING, 1))


def test_after_three_interruptions_it_is_given_up_with_a_sentence(cast, writes_a_file):
    job = actions.enqueue(writes_a_file, {}, acting_user=cast.owner, language="en")
    left_behind(job, worker.node() + "1", silent=False)
    Job.objects.filter(pk=job.pk).update(attempts=3)
    worker.recover(starting=True)
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "3 times" in job.error
    assert worker.work_off() == 0


def test_a_stopping_server_lets_it_wait_again(cast, kind):
    rounds = []

    def work(job, progress):
        rounds.append(job.attempts)
        if len(rounds) == 1:
            STOPPING.set()
        progress(1)
        return Outcome(message="done")

    job = actions.enqueue(kind(work), {}, acting_user=cast.owner)
    try:
        worker.run(worker.claim("here"))
    finally:
        STOPPING.clear()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.WAITING, 0)
    worker.work_off()
    job.refresh_from_db()
    assert (job.state, rounds) == (State.DONE, [1, 1])


def test_who_comes_second_does_nothing(cast, kind):
    runs = []

    def work(job, progress):
        runs.append(job.pk)

    job = actions.enqueue(kind(work), {}, acting_user=cast.owner)
    run_job.func(str(job.pk))
    run_job.func(str(job.pk))
    assert runs == [job.pk]


def test_a_worker_that_was_thought_dead_does_not_overwrite_the_end(cast, kind):
    def slow(job, progress):
        progress.path.write_text("old")
        Job.objects.filter(pk=job.pk).update(attempts=2)  # another worker has taken over meanwhile
        return Outcome(message="old", file_name="old.txt")

    job = actions.enqueue(kind(slow), {}, acting_user=cast.owner)
    worker.work_off()
    job.refresh_from_db()
    assert (job.state, job.message, job.file.exists()) == (State.RUNNING, "", False)


def test_two_workers_that_saw_the_same_queue_never_take_the_same_task(cast, writes_a_file, monkeypatch):
    for number in range(3):
        actions.enqueue(writes_a_file, {"number": number}, acting_user=cast.owner)
    stale = list(DBTaskResult.objects.ready())

    class Seen:
        def filter(self, **_asked):
            return stale

    monkeypatch.setattr(type(DBTaskResult.objects.all()), "ready", lambda _self: Seen())
    monkeypatch.setattr(type(DBTaskResult.objects), "ready", lambda _self: Seen())
    taken = [worker.claim(f"serve:machine-{number}:1") for number in range(4)]
    assert [row.pk for row in taken[:3]] == [row.pk for row in stale]
    assert taken[3] is None
    assert DBTaskResult.objects.get(pk=stale[1].pk).worker_ids == ["serve:machine-1:1"]


def test_a_process_that_never_begins_is_not_started_for_ever(cast, writes_a_file, monkeypatch):
    job = actions.enqueue(writes_a_file, {}, acting_user=cast.owner, language="en")
    starts = []
    while (row := worker.claim(worker.own_name())) is not None:
        starts.append(row.pk)
        worker._interrupted(row)
    job.refresh_from_db()
    assert (len(starts), job.state) == (3, State.FAILED)
    assert "3 times" in job.error


def test_the_server_does_not_give_away_what_its_own_threads_wait_for(cast, writes_a_file):
    job = actions.enqueue(writes_a_file, {}, acting_user=cast.owner)
    left_behind(job, worker.own_name(), silent=True)
    assert worker.recover() == 0
    assert worker.recover(starting=True) == 1


def test_a_job_that_waits_without_a_task_gets_one(cast, writes_a_file):
    lost, fresh = (actions.enqueue(writes_a_file, {}, acting_user=cast.owner) for _ in range(2))
    kept = actions.enqueue(writes_a_file, {}, acting_user=cast.owner)
    for row in DBTaskResult.objects.all():
        if str(kept.pk) not in row.args_kwargs["args"]:
            row.delete()
    Job.objects.exclude(pk=fresh.pk).update(created_at="2001-01-01T00:00:00Z")
    assert [worker.recover() for _ in range(2)] == [1, 0]
    assert worker.work_off() == 2
    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {lost.pk: State.DONE, kept.pk: State.DONE, fresh.pk: State.WAITING}
