"""Files of employees: new and changed ones, every error at its line, all or nothing, within one's rights."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from otklik.company.importing.employees import import_employees
from otklik.company.importing.tables import BadFile
from otklik.company.models import AuditEntry, Employee

GOOD = "ФИО;Табельный номер;Место\nАнна Иванова;1024;spb-1\nВера;3000;spb\n"


def refusals(content: str, user=None) -> list[tuple[int, str]]:
    before = list(Employee.objects.values_list()), AuditEntry.objects.count()
    with pytest.raises(BadFile) as bad:
        import_employees(content.encode(), acting_user=user)
    assert (list(Employee.objects.values_list()), AuditEntry.objects.count()) == before
    assert all(problem.message for problem in bad.value.problems)
    return [(problem.line, problem.field) for problem in bad.value.problems]


def test_employees_are_added_and_changed_and_the_log_tells_it(cast):
    steps = import_employees(GOOD.encode("cp1251"), acting_user=cast.regional)
    assert [step.change for step in steps] == ["changed", "new"]
    vera = Employee.objects.get(code="3000")
    assert (vera.name, vera.place) == ("Вера", cast.city)
    assert Employee.objects.get(code="1024").name == "Анна Иванова"
    actions = AuditEntry.objects.order_by("-pk").values_list("action", flat=True)[:2]
    assert list(actions) == ["employee.create", "employee.update"]
    assert [step.change for step in import_employees(GOOD.encode(), acting_user=None)] == ["same", "same"]


def test_a_missing_column_leaves_what_is_there(cast):
    import_employees(b"code,place\n1024,spb\n", acting_user=cast.regional)
    anna = Employee.objects.get(code="1024")
    assert (anna.name, anna.place) == ("Анна", cast.city)
    assert refusals("code,name\n3000,Vera\n") == [(2, "place")]


def test_every_error_has_its_line_and_nothing_is_imported(cast):
    content = (
        "code,name,place\n1,Good,spb-1\n,Nobody,spb-1\n2,,spb-1\n3,C,nowhere\n1,Twice,spb-1\na b,D,\n1024,,\n"
    )
    assert refusals(content) == [
        (3, "code"), (4, "name"), (5, "place"), (6, "code"), (7, "place"), (7, "code"), (8, "place"), (8, "name"),
    ]  # fmt: skip


def test_nobody_reaches_beyond_their_rights(cast):
    assert refusals("code,name,place\n7,New,south-1\n", cast.regional) == [(2, "place")]
    assert refusals("code,name,place\n2048,Mine,spb-1\n", cast.regional) == [(2, "code")]
    assert refusals("code,name,place\n1024,Анна,south-1\n", cast.regional) == [(2, "place")]


def test_the_page_shows_a_plan_and_takes_it_in(cast):
    browser = cast.browser("regional")
    assert "/settings/employees/import/" in browser.get("/settings/employees/").text
    file = SimpleUploadedFile("staff.csv", GOOD.encode())
    page = browser.post("/settings/employees/import/", {"file": file})
    assert "Анна Иванова" in page.text
    assert not Employee.objects.filter(code="3000").exists()
    sent = {name: page.context["packed"][name] for name in ("content", "seal")}
    assert browser.post("/settings/employees/import/", sent | {"confirmed": "1"}).status_code == 302
    assert Employee.objects.get(code="3000").name == "Вера"
    assert cast.browser("clerk").get("/settings/employees/import/").status_code == 404
