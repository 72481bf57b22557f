"""Files of places and shifts: every error at its line and field, all or nothing, read as people save them."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from otklik.company.importing.places import import_places
from otklik.company.importing.shifts import import_shifts
from otklik.company.importing.tables import BadFile
from otklik.company.models import AuditEntry, Place, Point, Shift
from otklik.company.tests.cast import make_cast

GOOD = """code,name,parent,kind,timezone,lat,lon,day_start,opening_hours
till-9,Касса 9,shop-9,point,,,,,
shop-9,"Садовая, 9",msk,location,,55.75,37.61,06:00,"пн-пт 09:00-21:00, сб 10:00-18:00"
msk,Москва,centre,city,,,,,
centre,Центр,,region,Europe/Moscow,,,,
"""


def refusals(content: str | bytes, **options) -> list[tuple[int, str]]:
    with pytest.raises(BadFile) as bad:
        import_places(content.encode() if isinstance(content, str) else content, acting_user=None, **options)
    assert all(problem.message for problem in bad.value.problems)
    return [(problem.line, problem.field) for problem in bad.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_any_way_of_saving_is_read(db, encoding, delimiter, newline):
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, lineterminator=newline)
    for row in csv.reader(io.StringIO(GOOD)):
        writer.writerow([cell.replace("55.75", "55,75") if delimiter == ";" else cell for cell in row])
    import_places(target.getvalue().encode(encoding), acting_user=None)
    shop = Place.objects.get(code="shop-9")
    assert (shop.name, shop.latitude, f"{shop.business_day_start:%H:%M}") == ("Садовая, 9", 55.75, "06:00")
    assert shop.opening_hours == [["09:00", "21:00"]] * 5 + [["10:00", "18:00"], None]
    assert [Place.objects.get(pk=pk).code for pk in shop.ancestor_ids()] == ["centre", "msk", "shop-9"]
    assert Point.objects.get(code="till-9").place == shop


def test_columns_in_any_order_under_russian_names(db):
    import_places(
        "Название;Внутри;Вид;Код\nЦентр;;регион;c\nТула;c;город;t\n".encode("cp1251"), acting_user=None
    )
    assert Place.objects.get(code="t").parent.code == "c"


def test_the_second_import_updates_by_code_and_leaves_columns_alone_that_are_not_there(db):
    import_places(GOOD.encode(), acting_user=None)
    before = AuditEntry.objects.count()
    plan = import_places(GOOD.encode(), acting_user=None)
    assert [step.change for step in plan.steps] == ["same"] * 4
    assert AuditEntry.objects.count() == before
    import_places(b"code,name\nshop-9,New name\n", acting_user=None)
    shop = Place.objects.get(code="shop-9")
    assert (shop.name, shop.latitude, shop.parent.code) == ("New name", 55.75, "msk")


def test_a_file_may_turn_the_tree_upside_down(db):
    import_places(b"code,name,parent\na,A,\nb,B,a\nc,C,b\n", acting_user=None)
    import_places(b"code,parent\na,b\nb,c\nc,\n", acting_user=None)
    leaf = Place.objects.get(code="a")
    assert [Place.objects.get(pk=pk).code for pk in leaf.ancestor_ids()] == ["c", "b", "a"]


def test_every_error_is_listed_with_line_and_field(db):
    content = """code,name,parent,kind,timezone,lat,lon
a,,nowhere,shop,Mars/Base,1x,200
,No code,,,,,
b,B,,point,,,
c,C,d,city,,,
d,D,c,city,,,
c,Again,,city,,,
e,E,,city,,59,
f,F,,city,,,,,extra
"""
    found = refusals(content)
    for expected in [
        (2, "kind"),
        (2, "lat"),
        (2, "parent"),
        (3, "code"),
        (4, "parent"),
        (5, "parent"),
        (6, "parent"),
        (7, "code"),
        (8, "lon"),
        (9, ""),
    ]:
        assert expected in found, expected
    assert not Place.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b",",
        b"\n\n",
        b"\x00\x01\x02\xff",
        b"PK\x03\x04\x00\x00",
        b"name\nno code\n",
        b"code,code\na,b\n",
        b'code\n"open\n',
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(db, content):
    refusals(content)


def test_lines_are_counted_over_cells_with_line_breaks(db):
    assert refusals('code,name,kind\na,"two\nlines",city\nb,B,shop\n') == [(4, "kind")]


def test_an_importer_touches_only_the_own_subtree(cast):
    def bring(content: str):
        return import_places(content.encode(), acting_user=cast.regional)

    bring("code,name,parent\nnew,New,spb\n")
    for content in (
        "code,name,parent\nsouth-1,Mine,spb\n",
        "code,name,parent\nx,X,south\n",
        "code,name\nx,X\n",
    ):
        with pytest.raises(BadFile):
            bring(content)
    with pytest.raises(BadFile):
        bring("code,name,parent\nnorth,Top,\n")
    assert Place.objects.get(code="south-1").name == "Морская"
    assert Place.objects.get(code="north").parent is None


CELLS = st.sampled_from(
    ["", "a", "b", "c", "north", "till-1", "north ", "é", "point", "city", "1", "Europe/Moscow", "🙂"]
)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=7), max_size=6)


class NeverHalf(TestCase):
    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(rows=ROWS, header=st.permutations(["code", "name", "parent", "kind", "timezone", "lat", "lon"]))
    def test_a_file_is_taken_in_whole_or_not_at_all(self, rows, header):
        make_cast()
        target = io.StringIO()
        writer = csv.writer(target)
        writer.writerow(header)
        writer.writerows(rows)
        before = state()
        try:
            plan = import_places(target.getvalue().encode(), acting_user=None)
        except BadFile as bad:
            assert bad.problems, "a refusal without a reason"  # noqa: PT017  # refusing is one of two right answers
            assert state() == before
        else:
            codes = {row[header.index("code")].strip() for row in rows if len(row) > header.index("code")}
            kept = set(Place.objects.values_list("code", flat=True)) | set(
                Point.objects.values_list("code", flat=True)
            )
            assert {step.code for step in plan.steps} == codes - {""}
            assert codes - {""} <= kept

    @settings(max_examples=60, deadline=None)
    @given(content=st.binary(max_size=200))
    def test_any_bytes_are_answered_with_sentences(self, content):
        try:
            import_places(content, acting_user=None)
        except BadFile as bad:
            assert bad.problems, "a refusal without a reason"  # noqa: PT017  # refusing is one of two right answers


def state():
    places = list(Place.objects.order_by("pk").values_list())
    return places, list(Point.objects.order_by("pk").values_list()), AuditEntry.objects.count()


def test_shifts_come_on_the_clock_of_the_place_and_only_once(cast):
    content = "employee;point;start;end\n2048;till-s;05.03.2026 09:00;05.03.2026 21:00\n".encode("cp1251")
    import_shifts(content, acting_user=cast.stranger)
    shift = Shift.objects.get(employee=cast.southern_employee)
    assert f"{shift.start:%Y-%m-%d %H:%M}" == "2026-03-05 04:00"  # Yekaterinburg is five hours ahead
    assert [step.change for step in import_shifts(content, acting_user=cast.stranger)] == ["same"]
    assert Shift.objects.filter(employee=cast.southern_employee).count() == 1


def test_shifts_with_errors_are_not_taken_in_at_all(cast):
    content = """employee,point,start,end
2048,till-s,2026-03-05 09:00,2026-03-05 21:00
2048,till-s,2026-03-05 20:00,2026-03-05 22:00
"""
    with pytest.raises(BadFile) as bad:
        import_shifts(content.encode(), acting_user=cast.stranger)
    assert [(problem.line, problem.field) for problem in bad.value.problems] == [(3, "start")]
    bad_content = (
        "employee,point,start,end\n1024,till-s,9 am,\n2048,nowhere,2026-03-05 09:00,\n2048,till-s,,\n"
    )
    with pytest.raises(BadFile) as bad:
        import_shifts(bad_content.encode(), acting_user=cast.stranger)
    assert [(p.line, p.field) for p in bad.value.problems] == [(2, "employee"), (3, "point"), (4, "start")]
    assert Shift.objects.count() == 1
