"""Actions a planner can take against a gap: codes and display names."""

from enum import StrEnum

from data.language import Text


class Action(StrEnum):
    """An action on complete schools or blocks of classes; values as in ``plan.csv``."""

    BUILD = "build"
    EXPAND = "expand"
    CONVERT = "convert"
    MERGE = "merge"
    LEASE = "lease"
    CLOSE = "close"

    @property
    def words(self) -> Text:
        """Display name."""
        return _TITLES[self]

    @property
    def norms(self) -> tuple[str, ...]:
        """Measures of the table ``standards`` that it depends on."""
        return ("decision_cny", *_NORMS[self])


class Reason(StrEnum):
    """Why an action is taken."""

    SHORTAGE = "shortage"  # seats would be missing
    SURPLUS = "surplus"  # seats would stand idle
    NEW_DISTRICT = "new_district"  # the all-stage school required by the action plan
    LAST_SCHOOL = "last_school"  # a county keeps a school of the stage
    EMPTY = "empty"  # a named school without pupils


GIVING = (Action.MERGE, Action.CLOSE)
TEMPORARY = (Action.LEASE,)
_TITLES = {
    Action.BUILD: Text("新建", "open"),
    Action.EXPAND: Text("扩建", "add classes"),
    Action.CONVERT: Text("改办", "change stage"),
    Action.MERGE: Text("合并", "merge"),
    Action.LEASE: Text("租用过渡", "lease"),
    Action.CLOSE: Text("停办", "close"),
}
_NORMS = {
    Action.BUILD: ("cost_cny_per_seat", "land_m2_per_pupil", "school_classes_usual", "build_years"),
    Action.EXPAND: (
        "expand_cny_per_seat",
        "expand_block_classes",
        "expand_share_most",
        "expand_years",
    ),
    Action.CONVERT: ("convert_cny_per_seat", "convert_share_a_year", "convert_years"),
    Action.MERGE: (
        "close_cny_per_seat",
        "close_share_a_year",
        "idle_running_share",
        "school_classes_usual",
    ),
    Action.LEASE: ("lease_cny_per_seat_year", "lease_share_most"),
    Action.CLOSE: ("close_cny_per_seat", "close_share_a_year", "idle_running_share"),
}
