"""Kinds of formulas by name: their parameters and how a bound formula is made of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from otklik.metrics.core import rules
from otklik.metrics.core.ces import RangeShare
from otklik.metrics.core.csat import BoxShare, MeanScore
from otklik.metrics.core.distribution import Distribution
from otklik.metrics.core.feelings import BestLessWorst, Boxes, LikeIndex, PerServed
from otklik.metrics.core.formula import Formula
from otklik.metrics.core.models import Dimension, Item, Model
from otklik.metrics.core.net import Band, NetIndex
from otklik.metrics.core.nps import Breaks, Nps, Shares, Silent
from otklik.metrics.core.quality import Compliance, SmileIndex, ToneIndex
from otklik.metrics.core.rates import Difference, PerSource, Rate
from otklik.metrics.core.ratio import (
    Count,
    Distinct,
    Mean,
    NetTotal,
    Quantile,
    RatioOfCounts,
    RatioOfSums,
    RepeatRate,
    Total,
)
from otklik.metrics.core.reading import Context, DefinitionError, Reader
from otklik.metrics.core.said import gettext_noop
from otklik.metrics.core.scales import Standard
from otklik.metrics.core.served import Index, ServedCount, ServedIndex
from otklik.metrics.core.statistics import Spread


def _nps(read: Reader, context: Context) -> Formula:
    breaks = shares = None
    if "detractor_max" in read.params or "passive_max" in read.params:
        breaks = Breaks(read.number("detractor_max"), read.number("passive_max"))
    try:
        silent = Silent(read.text("silent", Silent.OFF))
    except ValueError as error:
        raise DefinitionError(
            "silent", gettext_noop("must be one of %(known)s", known=", ".join(Silent))
        ) from error
    if silent is Silent.CUSTOM:
        shares = Shares(*(read.number(name) for name in ("loyal", "passive", "critic")))
    return Nps(context.questions, breaks, context.weight, silent, shares, context.priority)


def _net(read: Reader, context: Context) -> Formula:
    given = read.params.get("bands")
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise DefinitionError("bands", gettext_noop("must be a list of bands"))
    bands = []
    for number, item in enumerate(given):
        if not isinstance(item, Mapping):
            raise DefinitionError(f"bands[{number}]", gettext_noop("must have name, low, high and sign"))
        band = Reader(item)
        bands.append(Band(band.text("name"), *(band.number(name) for name in ("low", "high", "sign"))))
    return NetIndex(context.questions, tuple(bands), context.weight, _standard(read))


def _standard(read: Reader) -> Standard | None:
    return None if read.params.get("standard") in {None, ""} else read.choice("standard", Standard)


def _best_less_worst(read: Reader, context: Context) -> Formula:
    critic = read.whole("critic") if "critic" in read.params else None
    boxes = Boxes(read.whole("loyal", 1), critic)
    return BestLessWorst(context.questions, boxes, read.flag("over_served"), context.weight, context.priority)


def _records(value: object, name: str) -> list[tuple[str, Mapping[str, object]]]:
    """Mappings of a list with the names of their places."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise DefinitionError(name, gettext_noop("must be a list"))
    found = []
    for number, item in enumerate(value):
        if not isinstance(item, Mapping):
            raise DefinitionError(f"{name}[{number}]", gettext_noop("must be an object with a code"))
        found.append((f"{name}[{number}]", item))
    return found


def _item(at: str, data: Mapping[str, object]) -> Item:
    read = Reader(data)
    try:
        beside = (read.text(name) if name in read.params else None for name in ("expectation", "importance"))
        return Item(read.text("code"), read.number("weight", 1), *beside)
    except DefinitionError as error:
        raise DefinitionError(f"{at}.{error.name}", error.problem) from error


def _dimensions(read: Reader) -> tuple[Dimension, ...]:
    weights = read.params.get("weights", {})
    if not isinstance(weights, Mapping):
        raise DefinitionError("weights", gettext_noop("must be an object: points by dimension"))
    points, found = Reader(weights), []
    for at, data in _records(read.params.get("model", ()), "model"):
        items = tuple(_item(*one) for one in _records(data.get("items"), f"{at}.items"))
        code = Reader(data).text("code")
        found.append(Dimension(code, items, points.number(code, Reader(data).number("weight", 1))))
    for code in weights:
        if code not in {one.code for one in found}:
            raise DefinitionError(f"weights.{code}", gettext_noop("is no dimension of the model"))
    return tuple(found)


def _model(read: Reader, context: Context) -> Formula:
    return Model(
        context.questions,
        _dimensions(read),
        read.flag("by_dimension"),
        read.flag("gap"),
        read.flag("inverted"),
        read.whole("least", 1),
        context.weight,
        read.number("present", 0.5),
    )


def _rate(read: Reader, _context: Context) -> Formula:
    return Rate(
        read.taken("over"),
        read.taken("under"),
        read.text("over_field") if "over_field" in read.params else None,
        read.text("under_field") if "under_field" in read.params else None,
        read.number("k", 1),
        read.unit,
    )


def _ratio_of_sums(read: Reader, _context: Context) -> Formula:
    return RatioOfSums(
        read.text("over_field"),
        read.taken("over"),
        read.text("under_field"),
        read.taken("under"),
        read.number("k", 1),
        read.unit,
    )


def _distribution(read: Reader, context: Context) -> Formula:
    option = read.number("option") if "option" in read.params else None
    return Distribution(context.questions, option, context.weight)


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of formula: its parameters and how a bound formula is made."""

    params: tuple[str, ...]
    make: Callable[[Reader, Context], Formula]
    asks: bool = False
    weighted: bool = False


FAMILIES: dict[str, Family] = {
    "served_index": Family(
        ("index",),
        lambda read, context: ServedIndex(
            Index(read.text("index")), context.questions, context.weight, context.priority
        ),
        asks=True,
        weighted=True,
    ),
    "served_count": Family((), lambda _read, context: ServedCount(context.priority)),
    "nps": Family(
        ("detractor_max", "passive_max", "silent", "loyal", "passive", "critic"),
        _nps,
        asks=True,
        weighted=True,
    ),
    "box_share": Family(
        ("boxes", "worst"),
        lambda read, context: BoxShare(
            context.questions, read.whole("boxes", 2), read.flag("worst"), context.weight
        ),
        asks=True,
        weighted=True,
    ),
    "mean_score": Family(
        ("hundred", "standard"),
        lambda read, context: MeanScore(
            context.questions, read.flag("hundred"), context.weight, _standard(read)
        ),
        asks=True,
        weighted=True,
    ),
    "range_share": Family(
        ("low", "high", "standard"),
        lambda read, context: RangeShare(
            context.questions, read.number("low"), read.number("high"), context.weight, _standard(read)
        ),
        asks=True,
        weighted=True,
    ),
    "net_index": Family(("bands", "standard"), _net, asks=True, weighted=True),
    "distribution": Family(("option",), _distribution, asks=True, weighted=True),
    "best_less_worst": Family(("loyal", "critic", "over_served"), _best_less_worst, asks=True, weighted=True),
    "model": Family(
        ("model", "weights", "by_dimension", "gap", "inverted", "least", "present"),
        _model,
        asks=True,
        weighted=True,
    ),
    "like_index": Family(
        ("thanks", "complaints"),
        lambda read, context: LikeIndex(read.taken("thanks"), read.taken("complaints"), context.priority),
    ),
    "per_served": Family(
        ("filter", "k"),
        lambda read, context: PerServed(read.taken(), read.number("k", 100), context.priority),
    ),
    "compliance": Family(("filter",), lambda read, _context: Compliance(read.taken())),
    "smile_index": Family(("filter",), lambda read, _context: SmileIndex(read.taken())),
    "tone_index": Family(
        ("filter", "contacts"), lambda read, _context: ToneIndex(read.taken(), read.taken("contacts"))
    ),
    "rate": Family(("over", "under", "over_field", "under_field", "k"), _rate),
    "per_source": Family(
        ("filter", "source", "k"),
        lambda read, _context: PerSource(read.taken(), read.taken("source"), read.number("k", 1), read.unit),
    ),
    "difference": Family(
        ("plus", "minus"), lambda read, _context: Difference(read.taken("plus"), read.taken("minus"))
    ),
    "count": Family(("filter",), lambda read, context: Count(read.taken(), context.weight), weighted=True),
    "total": Family(
        ("field", "filter", "one_without_field"),
        lambda read, _context: Total(
            read.text("field"), read.taken(), read.unit, read.flag("one_without_field")
        ),
    ),
    "net_total": Family(
        ("field", "plus", "minus"),
        lambda read, _context: NetTotal(
            read.text("field"), read.taken("plus"), read.taken("minus"), read.unit
        ),
    ),
    "mean": Family(
        ("field", "filter", "interval"),
        lambda read, context: Mean(
            read.text("field"),
            read.taken(),
            read.unit,
            read.choice("interval", Spread, Spread.NORMAL),
            context.weight,
        ),
        weighted=True,
    ),
    "ratio_of_counts": Family(
        ("over", "under", "k", "share"),
        lambda read, _context: RatioOfCounts(
            read.taken("over"), read.taken("under"), read.number("k", 1), read.flag("share")
        ),
    ),
    "ratio_of_sums": Family(("over_field", "over", "under_field", "under", "k"), _ratio_of_sums),
    "quantile": Family(
        ("field", "filter", "q"),
        lambda read, _context: Quantile(read.text("field"), read.taken(), read.number("q", 0.5), read.unit),
    ),
    "distinct": Family(("key", "filter"), lambda read, _context: Distinct(read.text("key"), read.taken())),
    "repeat_rate": Family(
        ("key", "filter", "min_count"),
        lambda read, _context: RepeatRate(read.text("key"), read.taken(), read.whole("min_count", 2)),
    ),
    "between": Family(
        ("first", "second", "key", "within", "max_gap", "take", "q", "interval"), rules.between
    ),
    "reaction": Family(
        ("worst", "second", "key", "within", "max_gap", "take", "q"), rules.reaction, asks=True
    ),
    "chains": Family(("steps", "without", "key", "within", "window", "take", "q"), rules.chains),
    "per_key": Family(("key", "within", "filter", "inner", "having", "outer"), rules.per_key),
    "compliance_total": Family(("filter", "key", "critical"), rules.compliance_total),
    "emotional_nps": Family(("filter", "key", "seconds"), rules.emotional_nps, asks=True),
    "extreme": Family(("field", "filter", "largest"), rules.extreme),
    "latest": Family(("field", "filter"), rules.latest),
    "share": Family(("filter", "condition"), rules.share),
    "rate_per_hour": Family(("filter", "hours", "per", "k"), rules.rate_per_hour),
    "formula": Family(("expression", "parts"), rules.formula),
    "moving": Family(("of", "days"), rules.moving),
}
