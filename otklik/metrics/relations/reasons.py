"""Why a statistic has no value, and what a reader must know of one that has."""

from enum import StrEnum


class Why(StrEnum):
    """A reason for null."""

    NO_VALUES = "no_values"
    TOO_FEW = "too_few"  # fewer than three pairs
    CONSTANT = "constant"  # a series does not vary over the common units
    TOO_MANY_FOR_RANKS = "too_many_for_ranks"
    TOO_SHORT = "too_short"  # not two whole seasons to remove
    TOO_FEW_FOR_MODEL = "too_few_for_model"
    COLLINEAR = "collinear"  # a predictor follows from the others
    PREDICTOR_CONSTANT = "predictor_constant"
    TARGET_CONSTANT = "target_constant"
    TOO_FEW_ITEMS = "too_few_items"
    NO_VARIANCE = "no_variance"
    ONE_SIDED = "one_sided"  # the element is always met, or never
    TOO_FEW_IN_GROUP = "too_few_in_group"
    TOO_MANY_PREDICTORS = "too_many_predictors"


class Warn(StrEnum):
    """A standing remark beside an answer."""

    NOT_CAUSE = "not_cause"
    FEW_UNITS = "few_units"  # under LOW_BASE common units
    MANY_PAIRS = "many_pairs"
    TIME_DEPENDS = "time_depends"  # neighbouring steps resemble each other: p is too small
    HIGH_VIF = "high_vif"
    FEW_PER_PREDICTOR = "few_per_predictor"
    NOT_SAME_CONTACT = "not_same_contact"  # joined by day, not by contact
    UNPOOLED = "unpooled"  # no denominators: means of the units' values
    CONFOUNDED = "confounded"
    NEGATIVE_ITEM = "negative_item"
