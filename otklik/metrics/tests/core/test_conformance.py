"""Every row of the public conformance table through the pure core."""

import csv
import json
import math
from pathlib import Path

import pytest

from otklik.metrics.core.ces import RangeShare
from otklik.metrics.core.csat import BoxShare, MeanScore
from otklik.metrics.core.net import Band, NetIndex
from otklik.metrics.core.nps import Breaks, Nps, Tally, score, variance
from otklik.metrics.core.scales import Question, Questions, Scale
from otklik.metrics.tests.naive import plain, rated


def table() -> Path | None:
    for parent in Path(__file__).parents:
        found = parent.parent / "shared/data/conformance/nps_csat_ces.csv"
        if found.exists():
            return found
    return None


def rows() -> list:
    path = table()
    if path is None:
        return [pytest.param(None, marks=pytest.mark.skip(reason="needs ../shared/data"))]
    with path.open() as file:
        return [pytest.param(row, id=row["id"]) for row in csv.DictReader(file)]


def questions(minimum: float, maximum: float) -> Questions:
    return Questions.of([Question("q", Scale(minimum, maximum, maximum))])


@pytest.mark.shared
@pytest.mark.parametrize("row", rows())
def test_the_core_says_what_the_public_suites_say(row):
    given, params, expected = (json.loads(row[name]) for name in ("input", "params", "expected"))
    said = COMPUTE[row["metric"]](given, params)
    tolerance = expected.pop("tol", 1e-9)
    for name, value in expected.items():
        digits = 2 if name.endswith("_rounded2") else 0 if name.endswith("_rounded") else None
        found = said[name.removesuffix("2").removesuffix("_rounded") if digits is not None else name]
        if digits is not None:
            found = round(found, digits)
        if isinstance(value, list):
            assert found == value
        else:
            assert found == pytest.approx(value, abs=tolerance)


def nps(given, params):
    breaks = Breaks(params["detractor_max"], params["passive_max"]) if "detractor_max" in params else None
    formula = Nps(questions(0, params.get("scale_max", 10)), breaks)
    result = plain(formula, rated(given))
    return {
        "nps": result.value,
        "n": result.n,
        "se_points": result.standard_error,
        "var_unit_scale": result.parts["variance"],
        "n_valid": result.n,
        "n_invalid": len(given) - result.n,
        **result.parts,
    }


def nps_counts(given, _params):
    tally = Tally(promoters=given[2], passives=given[1], detractors=given[0])
    return {"nps": score(tally), "var_unit_scale": variance(tally)}


def nps_category(given, _params):
    letters = {"promoters": "P", "passives": "S", "detractors": "D"}
    found = []
    for value in given:
        parts = plain(Nps(questions(0, 10)), rated([value])).parts
        found.append(next(letter for name, letter in letters.items() if parts[name] == 1))
    return {"category": found}


def csat(given, params):
    boxes = params["scale_max"] - params["satisfied_min"] + 1
    result = plain(BoxShare(questions(1, params["scale_max"]), boxes), rated(given))
    return {"csat": 100 * result.value, "satisfied": result.parts["top"], "n": result.n}


def ces(given, params):
    scale = questions(1, params["scale_max"])
    share = plain(RangeShare(scale, 5, 7), rated(given))
    neutral = plain(RangeShare(scale, 4, 4), rated(given))
    hard = plain(RangeShare(scale, 1, 3), rated(given))
    return {
        "mean": plain(MeanScore(scale), rated(given)).value,
        "easy(>=5)": share.numerator,
        "neutral(4)": neutral.numerator,
        "difficult(<=3)": hard.numerator,
    }


def ces_net(given, params):
    top = params["scale_max"]
    bands = (Band("easy", params["easy_min"], top, 1), Band("difficult", 1, params["difficult_max"], -1))
    result = plain(NetIndex(questions(1, top), bands), rated(given))
    return {
        "net_easy": result.value,
        "easy_pct": 100 * result.parts["easy"] / result.n,
        "difficult_pct": 100 * result.parts["difficult"] / result.n,
    }


COMPUTE = {
    "nps": nps,
    "nps_variance": nps,
    "nps_se": nps,
    "nps_invalid": nps,
    "nps_from_counts": nps_counts,
    "nps_variance_from_counts": nps_counts,
    "nps_category": nps_category,
    "csat": csat,
    "ces": ces,
    "ces_net": ces_net,
}


def test_a_base_of_nothing_has_no_value():
    result = plain(Nps(questions(0, 10)), rated([None, 11, -1, math.nan]))
    assert result.value is None
    assert result.reason == "no_ratings"
    assert result.n == 0
