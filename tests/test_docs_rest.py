"""The page of the REST interface: every call it names is there, with the parameters and the limits that it names."""

import re
from pathlib import Path
from typing import Any

import pytest

from otklik.api import api
from otklik.metrics import asking
from otklik.metrics.dimensions import SIMPLE, Grain

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "rest-api.md").read_text("utf-8")
EXAMPLES = [
    line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in re.split(r"\n(?=curl|export)", block)
]  # fmt: skip


@pytest.fixture(scope="module")
def calls() -> dict[str, dict[str, Any]]:
    return {
        path.removeprefix("/api/v1"): methods
        for path, methods in api.get_openapi_schema(path_prefix="/api/v1").get("paths", {}).items()
    }


def parameters(call: dict[str, Any]) -> set[str]:
    return {one["name"] for one in call.get("parameters", ()) if one["in"] == "query"}


def test_every_call_that_is_named_is_there(calls):
    named = set(re.findall(r"`(?:GET |PUT )?/api/v1(/[a-z/{}]+)`", PAGE))
    assert "/indicators/{code}/values" in named
    assert named - set(calls) - {"/openapi.json"} == set()


def test_examples_use_parameters_that_are_known(calls):
    checked = 0
    for example in EXAMPLES:
        address = re.search(r'\$URL/api/v1(/[^"]+)"', example)
        if address is None:
            continue
        shape = re.sub(r"^/(indicators|figures)/[a-z_]+", r"/\1/{code}", address[1])
        call = calls[shape]["put" if "-X PUT" in example else "get"]
        used = set(re.findall(r"(?:-d|--data-urlencode) [\"']?(\w+)=", example))
        assert used <= parameters(call), example
        checked += 1
    assert checked > 10


def test_every_parameter_and_split_of_values_is_described(calls):
    known = parameters(calls["/indicators/{code}/values"]["get"])
    words = {*known, *SIMPLE, "child", "attr.<name>", *(grain.value for grain in Grain)}
    assert {word for word in words if f"`{word}`" not in PAGE} == set()


def test_limits_are_those_of_the_code():
    numbers = (
        asking.MAX_HOUR_DAYS,
        asking.MAX_DAYS,
        asking.MAX_ROWS,
        asking.MAX_INTERACTIONS,
        asking.MAX_WHERE,
    )
    assert [number for number in numbers if f"{number:,}" not in PAGE] == []
    assert f"| `by` | {asking.MAX_BY} |" in PAGE
