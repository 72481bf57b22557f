"""Commands, as a shell runs them: a data directory of their own, exit codes, what stands on which line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

OTKLIK = str(Path(sys.executable).parent / "otklik")


@pytest.fixture
def otklik(tmp_path):
    def run(*arguments, text="", language="en_GB.UTF-8"):
        environment = {**os.environ, "OTKLIK_DATA": str(tmp_path / "data"), "LC_ALL": language}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        return subprocess.run(
            [OTKLIK, *arguments], env=environment, input=text, capture_output=True, text=True, check=False
        )

    return run


pytestmark = pytest.mark.slow  # each command is a process


def test_a_new_installation_from_the_shell(otklik, tmp_path):
    made = otklik("user", "create", "boss", "--password-stdin", text="korrekt-otklik-9\n")
    assert (made.returncode, made.stdout) == (0, "boss: administrator, the whole company\n"), made.stderr
    places = tmp_path / "places.csv"
    places.write_text(
        "code,name,parent,kind,timezone,lat,lon\nt1,Касса,shop,point,,,\nshop,Лавка,,location,,,\n"
    )
    assert otklik("import", "places", str(places)).stdout.startswith("New places: 1, new points: 1")
    made = otklik("apikey", "create", "till", "--scope", "ingest", "--scope", "read", "--place", "shop")
    secret = made.stdout.splitlines()[-1]
    assert secret.startswith("otk_")
    assert made.stdout == secret + "\n"
    clerk = otklik(
        "user",
        "create",
        "clerk",
        "--password-stdin",
        "--role",
        "manager",
        "--place",
        "shop",
        text="korrekt-otklik-8",
    )
    assert clerk.stdout == "clerk: location manager, Лавка\n"
    assert otklik("apikey", "revoke", secret.split("_")[1]).returncode == 0
    assert otklik("apikey", "revoke", "nothing").returncode == 1


def test_mistakes_are_told_in_sentences_and_the_exit_code(otklik, tmp_path):
    weak = otklik("user", "create", "boss", "--password-stdin", text="123\n")
    assert weak.returncode == 1
    assert "password:" in weak.stderr
    assert "Traceback" not in weak.stderr
    assert otklik("apikey", "create", "x", "--scope", "read", "--place", "nowhere").returncode == 1
    assert otklik("apikey", "create", "x").returncode == 2
    bad = tmp_path / "bad.csv"
    bad.write_text("code,name,kind\na,A,shop\n,B,city\n")
    told = otklik("import", "places", str(bad))
    assert told.returncode == 1
    assert "line 2, kind:" in told.stderr
    assert "line 3, code:" in told.stderr
    russian = otklik("import", "places", str(bad), language="ru_RU.UTF-8")
    assert "строка 2, kind: Неизвестный вид «shop»" in russian.stderr


def test_employees_and_their_shifts_from_the_shell(otklik, tmp_path):
    places, staff, shifts = (tmp_path / name for name in ("places.csv", "staff.csv", "shifts.csv"))
    places.write_text("code,name,parent,kind,timezone\nt1,Касса,shop,point,\nshop,Лавка,,,Asia/Omsk\n")
    assert otklik("import", "places", str(places)).returncode == 0
    staff.write_text("code,name,place\n1,Anna,shop\n2,Boris,shop\n")
    told = otklik("import", "employees", str(staff))
    assert told.stdout == "New employees: 2, changed: 0, unchanged: 0.\n", told.stderr
    shifts.write_text(
        "employee,point,start,end\n1,t1,2026-01-31 09:00,2026-01-31 21:00\n2,t1,2026-01-31 21:00,\n"
    )
    assert otklik("import", "shifts", str(shifts)).stdout == "New shifts: 2, known already: 0.\n"
    assert otklik("import", "shifts", str(shifts)).stdout == "New shifts: 0, known already: 2.\n"
    shifts.write_text("employee,point,start\n9,t1,2026-02-01 09:00\n1,t1,noon\n")
    refused = otklik("import", "shifts", str(shifts))
    assert refused.returncode == 1
    assert "line 2, employee:" in refused.stderr
    assert "line 3, start:" in refused.stderr
