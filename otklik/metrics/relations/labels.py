"""What people read of reasons, remarks, methods and quadrants."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from otklik.metrics.declared import Text
from otklik.metrics.relations.contrasts import Method
from otklik.metrics.relations.quadrants import Line, Quadrant
from otklik.metrics.relations.reasons import Warn, Why

REASONS: Mapping[Why, Text] = {
    Why.NO_VALUES: _("There is nothing in common: no unit has both values."),
    Why.TOO_FEW: _("Fewer than three units have both values."),
    Why.CONSTANT: _("One of the two does not change, so nothing can go along with it."),
    Why.TOO_MANY_FOR_RANKS: _("Too many units for ranks. Choose fewer series or a shorter period."),
    Why.TOO_SHORT: _("There are not two whole seasons, so seasonality cannot be told from the rest."),
    Why.TOO_FEW_FOR_MODEL: _(
        "Too few units know all these values for a model. Choose fewer factors or a longer period."
    ),
    Why.COLLINEAR: _("Some factors follow from each other. Leave one of them out."),
    Why.PREDICTOR_CONSTANT: _("A factor does not change in these units. Leave it out."),
    Why.TARGET_CONSTANT: _("The target does not change in these units; there is nothing to explain."),
    Why.TOO_FEW_ITEMS: _("Reliability needs two questions or more."),
    Why.NO_VARIANCE: _("The values do not vary, so chance cannot be judged."),
    Why.ONE_SIDED: _("The element was met always or never: there is nothing to compare with."),
    Why.TOO_FEW_IN_GROUP: _("Fewer than five units on one side."),
    Why.TOO_MANY_PREDICTORS: _("Shares are computed for up to twelve factors."),
}
WARNINGS: Mapping[Warn, Text] = {
    Warn.NOT_CAUSE: _(
        "Going together is not cause: both may follow from something else, or the other way round."
    ),
    Warn.FEW_UNITS: _("Some pairs have fewer than 30 common units: take them as hints."),
    Warn.MANY_PAIRS: _("Many pairs were tried; trust p after correction, not the plain one."),
    Warn.TIME_DEPENDS: _(
        "Neighbouring steps of time resemble each other, so p is smaller than it should be. Try differences, "
        "or errors that allow for it."
    ),
    Warn.HIGH_VIF: _(
        "Some factors go along with each other (VIF of 5 or more): their separate weights are shaky."
    ),
    Warn.FEW_PER_PREDICTOR: _("Fewer than 15 units per factor: the weights may change much with new data."),
    Warn.NOT_SAME_CONTACT: _(
        "Checks and the target are joined by day, not by contact: what is compared are days on which the "
        "element was met, not the contacts themselves."
    ),
    Warn.UNPOOLED: _("The indicator has no base to pool by: values of units are averaged as they are."),
    Warn.CONFOUNDED: _(
        "Those who keep the standard may differ in other things too. Try an element on purpose before it is paid for."
    ),
    Warn.NEGATIVE_ITEM: _(
        "An item goes against the others. It may be worded the other way round: reverse its scale."
    ),
}
METHODS: Mapping[Method, Text] = {
    Method.WELCH: _("Welch's test of two means"),
    Method.WELCH_RATIO: _("Welch's test of two pooled values, each unit a cluster"),
    Method.NEWCOMBE: _("Newcombe's interval of two shares"),
}
QUADRANTS: Mapping[Quadrant, Text] = {
    Quadrant.BOTH: _("good and loved"),
    Quadrant.RATIONAL: _("good, but cold"),
    Quadrant.EMOTIONAL: _("loved in spite of everything"),
    Quadrant.NEITHER: _("neither good nor loved"),
}
LINES: Mapping[Line, Text] = {
    Line.GIVEN: _("as asked"),
    Line.LIMIT: _("the threshold of “good”"),
    Line.MEDIAN: _("the median of those shown"),
    Line.NONE: _("there is no line"),
}
UNITS: Mapping[str, Text] = {
    "hour": _("hours"),
    "day": _("days"),
    "week": _("weeks"),
    "month": _("months"),
    "quarter": _("quarters"),
    "year": _("years"),
    "place": _("places"),
    "point": _("points of service"),
    "employee": _("employees"),
    "session": _("contacts (respondents)"),
    "place_day": _("days of places"),
    "point_day": _("days of points"),
    "employee_day": _("days of employees"),
}
