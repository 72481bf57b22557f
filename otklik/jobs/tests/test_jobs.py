"""A job is asked for, done, fetched by its owner, called off, taken away."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext

from otklik.company.models import AuditEntry
from otklik.jobs import actions, worker
from otklik.jobs.cleaning import clean
from otklik.jobs.kinds import JobError, Outcome
from otklik.jobs.models import Job, State, folder
from otklik.jobs.progress import live


def test_a_job_leaves_a_file_that_only_its_owner_gets(cast, writes_a_file):
    job = actions.enqueue(writes_a_file, {"a": 1}, acting_user=cast.regional)
    browser = cast.browser("regional")
    assert "Waiting its turn" in browser.get(f"/jobs/{job.pk}/").text
    assert browser.get(f"/jobs/{job.pk}/file/").status_code == 404
    assert worker.work_off() == 1
    job.refresh_from_db()
    assert (job.state, job.message, job.error) == (State.DONE, "2 rows", "")
    page = browser.get(f"/jobs/{job.pk}/").text
    assert "Download" in page
    assert "every 1s" not in page
    answer = browser.get(f"/jobs/{job.pk}/file/")
    assert b"".join(answer.streaming_content) == b"made for Regional"
    assert "filename*=utf-8''%D0%BE%D1%82%D1%87" in answer["Content-Disposition"]
    for other in ("owner", "clerk", "stranger", "nobody"):
        stranger = cast.browser(other)
        for address in ("", "state/", "file/"):
            assert stranger.get(f"/jobs/{job.pk}/{address}").status_code == 404, (other, address)
        for deed in ("cancel", "again", "remove"):
            assert stranger.post(f"/jobs/{job.pk}/{deed}/").status_code == 404, (other, deed)
    assert list(folder().glob(f"{job.pk}.*")) == [job.file]


def test_who_asked_for_what_is_in_the_audit_log(cast, writes_a_file):
    job = actions.enqueue(writes_a_file, {"place": "spb-1"}, acting_user=cast.clerk)
    entry = AuditEntry.objects.get(action="job.ask")
    assert (entry.user, entry.object_id, entry.new["params"]) == (
        cast.clerk,
        str(job.pk),
        {"place": "spb-1"},
    )


def test_a_refusal_is_a_sentence_and_an_accident_a_general_one(cast, kind):
    def refuse(job, progress):
        raise JobError("“from” is after “to”.")

    def break_down(job, progress):
        raise RuntimeError("secret detail")

    refused = actions.enqueue(kind(refuse, "refuse"), {}, acting_user=cast.owner)
    broken = actions.enqueue(kind(break_down, "break"), {}, acting_user=cast.owner, language="en")
    worker.work_off()
    refused.refresh_from_db()
    broken.refresh_from_db()
    assert (refused.state, refused.error) == (State.FAILED, "“from” is after “to”.")
    assert broken.state == State.FAILED
    assert "secret" not in broken.error
    assert "Try again" in broken.error


def test_it_speaks_the_language_of_who_asked(cast, kind):
    def speak(job, progress):
        return Outcome(message=gettext("Settings"))

    code = kind(speak)
    with translation.override("en"):
        english = actions.enqueue(code, {}, acting_user=cast.owner)
    with translation.override("ru"):
        russian = actions.enqueue(code, {}, acting_user=cast.owner)
    worker.work_off()
    assert Job.objects.get(pk=english.pk).message == "Settings"
    assert Job.objects.get(pk=russian.pk).message == "Настройки"


def test_progress_is_seen_while_it_works(cast, kind):
    seen = []

    def work(job, progress):
        progress(30, 120, "30 rows")
        job.refresh_from_db()
        now = live(job)
        seen.append((now.done, now.total, now.message, now.share))
        seen.append("30 rows" in cast.browser("owner").get(f"/jobs/{job.pk}/state/").text)

    actions.enqueue(kind(work), {}, acting_user=cast.owner)
    worker.work_off()
    assert seen == [(30, 120, "30 rows", 0.25), True]


def test_a_waiting_job_is_called_off_at_once(cast, writes_a_file):
    job = actions.enqueue(writes_a_file, {}, acting_user=cast.owner)
    cast.browser("owner").post(f"/jobs/{job.pk}/cancel/")
    worker.work_off()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.file_there) == (State.CANCELLED, 0, False)


def test_a_running_job_ends_at_its_next_step_and_leaves_nothing(cast, kind):
    def work(job, progress):
        progress.path.write_text("half")
        actions.cancel(job, acting_user=cast.owner)
        progress._asked = 0
        progress(1)
        pytest.fail("it went on")

    job = actions.enqueue(kind(work), {}, acting_user=cast.owner)
    worker.work_off()
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert list(folder().glob(f"{job.pk}.*")) == []
    assert not actions.cancel(job, acting_user=cast.owner)


def test_nobody_touches_the_jobs_of_others(cast, writes_a_file):
    job = actions.enqueue(writes_a_file, {}, acting_user=cast.owner)
    for deed in (actions.cancel, actions.again, actions.remove):
        with pytest.raises(PermissionDenied):
            deed(job, acting_user=cast.chief)


def test_one_person_cannot_fill_the_queue(cast, writes_a_file, monkeypatch):
    monkeypatch.setattr(actions, "MOST_UNFINISHED", 2)
    for _ in range(2):
        actions.enqueue(writes_a_file, {}, acting_user=cast.owner)
    with pytest.raises(ValidationError, match="2"):
        actions.enqueue(writes_a_file, {}, acting_user=cast.owner)
    actions.enqueue(writes_a_file, {}, acting_user=cast.clerk)


def test_results_go_when_their_time_is_over(cast, writes_a_file):
    old = actions.enqueue(writes_a_file, {}, acting_user=cast.owner)
    young = actions.enqueue(writes_a_file, {}, acting_user=cast.owner)
    worker.work_off()
    Job.objects.filter(pk=old.pk).update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    before = Job.objects.get(pk=old.pk).file
    assert before.exists()
    clean()
    assert not before.exists()
    assert list(Job.objects.all()) == [young]
    assert Job.objects.get().file_there


def test_take_away_and_once_more(cast, writes_a_file, django_capture_on_commit_callbacks):
    job = actions.enqueue(writes_a_file, {"x": 2}, acting_user=cast.owner)
    browser = cast.browser("owner")
    browser.post(f"/jobs/{job.pk}/remove/")
    assert Job.objects.filter(pk=job.pk).exists()  # not over yet
    worker.work_off()
    fresh = browser.post(f"/jobs/{job.pk}/again/").headers["Location"].strip("/").split("/")[-1]
    assert Job.objects.get(pk=fresh).params == {"x": 2}
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/jobs/{job.pk}/remove/")
    assert not Job.objects.filter(pk=job.pk).exists()
    assert not job.file.exists()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_stand_in_both_languages_without_inline_code(cast, writes_a_file, language):
    browser = cast.browser("owner")
    browser.cookies["otklik_language"] = language
    assert browser.get("/jobs/").status_code == 200
    job = actions.enqueue(writes_a_file, {}, acting_user=cast.owner)
    pages = [browser.get(address).text for address in ("/jobs/", f"/jobs/{job.pk}/")]
    worker.work_off()
    pages += [browser.get(address).text for address in ("/jobs/", f"/jobs/{job.pk}/")]
    for text in pages:
        assert f'lang="{language}"' in text
        assert " style=" not in text
        assert " onclick" not in text


def test_the_list_costs_the_same_however_long_it_is(cast, writes_a_file, django_assert_max_num_queries):
    browser = cast.browser("owner")
    counts = []
    for _ in range(2):
        for _ in range(6):
            actions.enqueue(writes_a_file, {}, acting_user=cast.owner)
        worker.work_off()
        with django_assert_max_num_queries(100) as asked:
            browser.get("/jobs/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
