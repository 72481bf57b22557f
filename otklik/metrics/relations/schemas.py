"""The shapes of the answers, for the OpenAPI document."""

import datetime as dt
from typing import Any

from ninja import Field, Schema


class Remark(Schema):
    code: str
    text: str


class Reasoned(Schema):
    """A null has its reason."""

    reason: str | None
    reason_text: str | None


class Statistics(Reasoned):
    n: int
    missing: int
    mean: float | None
    sd: float | None = Field(description="Standard deviation, n − 1.")
    median: float | None
    q1: float | None = Field(description="Quartiles by linear interpolation.")
    q3: float | None
    min: float | None
    max: float | None
    skewness: float | None
    kurtosis: float | None = Field(description="3 for a normal distribution.")


class Name(Schema):
    key: str = Field(description="As the series was written, or its name.")
    name: str
    unit: str | None


class SeriesOut(Name, Statistics):
    """A series with its statistics over the units."""

    events: float = Field(description="Events or answers behind it.")


class EstimateOut(Reasoned):
    r: float | None
    p: float | None = Field(description="Two-sided.")
    p_holm: float | None = Field(description="Corrected for the number of pairs tried (any false finding).")
    p_bh: float | None = Field(description="The same by Benjamini–Hochberg (share of false findings).")
    ci95: list[float] | None


class PairOut(EstimateOut):
    """Pearson; Spearman (mid-ranks) beside it."""

    x: str
    y: str
    n: int = Field(description="Units that know both.")
    enough: bool = Field(description="Thirty common units or more.")
    spearman: EstimateOut


class Head(Schema):
    first: dt.date = Field(alias="from", serialization_alias="from")
    last: dt.date = Field(alias="to", serialization_alias="to")
    warnings: list[Remark]


class Answer(Head):
    """The question repeated, the findings, and remarks that belong beside them."""

    by: str
    by_text: str
    least_events: float
    difference: bool
    season: str


class CorrelationsOut(Answer):
    units: int
    tried: int
    series: list[SeriesOut]
    pairs: list[PairOut]


class LagOut(EstimateOut):
    lag: int = Field(description="k: x at step t with y at step t + k.")
    n: int
    ccf: float | None = Field(description="With means and deviations of the whole series, divided by n.")


class LagsOut(Answer):
    steps: int
    x: str
    y: str | None
    series: list[SeriesOut]
    best_lag: int | None
    best_lag_ccf: int | None
    best: LagOut | None
    lags: list[LagOut]


class ScatterOut(Answer):
    """`units` carry the unit's code and name, x, y and the numbers of events behind them."""

    series: list[SeriesOut]
    pair: PairOut
    line: dict[str, float] | None
    units: list[dict[str, Any]]


class DriverOut(Name):
    beta: float = Field(description="Standard deviations of the target for one of the factor, others held.")
    ci95: list[float]
    slope: float = Field(description="The same in the units of the two series.")
    p: float
    p_holm: float
    significant: bool = Field(description="p_holm under 0.05.")
    vif: float
    share_of_r2: float | None = Field(description="LMG: adds up to r2.")
    share: float | None = Field(description="The same as a share of 1.")
    r: float


class DriversOut(Answer, Reasoned):
    target: Name
    errors: str
    shares: str | None
    series: list[SeriesOut]
    n: int
    left_out: int
    needed: int
    r2: float | None
    adjusted_r2: float | None
    p: float | None
    durbin_watson: float | None
    drivers: list[DriverOut]
    culprits: list[str] = Field(description="The series that a refusal is about.")


class SideOut(Schema):
    n: int = Field(description="Units.")
    base: float = Field(description="Answers in them.")
    value: float | None = Field(description="Pooled.")


class ElementOut(Reasoned):
    element: str
    having: SideOut = Field(alias="with", serialization_alias="with")
    lacking: SideOut = Field(alias="without", serialization_alias="without")
    difference: float | None
    ci95: list[float] | None
    p: float | None
    p_holm: float | None
    p_bh: float | None
    method: str | None
    method_text: str | None


class TriedOut(Schema):
    way: str
    checked: int
    joined: int


class ElementsOut(Head):
    target: Name
    joined_by: str | None
    joined_by_text: str | None
    tried: list[TriedOut]
    left_out: int
    met_from: float
    elements: list[ElementOut]


class ItemOut(Name):
    rest_r: float | None = Field(description="Correlation with the sum of the other items.")
    alpha_without: float | None
    turned: bool = Field(description="Its best option is the lowest, so it was turned round.")


class ReliabilityOut(Answer, Reasoned):
    n: int = Field(description="Respondents who answered every item.")
    left_out: int
    items: list[ItemOut]
    alpha: float | None
    alpha_standardised: float | None
    ci95: list[float] | None = Field(description="Of the raw alpha, by Feldt.")
    mean_r: float | None


class ItemsOut(Answer):
    units: int
    items: list[SeriesOut]


class AxisOut(Name):
    direction: str
    line: float | None
    line_from: str
    line_text: str


class QuadrantsOut(Head):
    """`units` carry code and name, x, y, n_x, n_y, intervals, quadrant, sure and low_base."""

    by: str
    by_text: str
    axes: list[AxisOut]
    units: list[dict[str, Any]]
    counts: dict[str, int]
    quadrants: dict[str, str]
