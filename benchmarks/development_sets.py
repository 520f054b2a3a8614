"""Public enrolment histories that are not bundled, read from a folder."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from models.history import EnrolmentHistory, build_history


@dataclass(frozen=True)
class DevelopmentSet:
    """One file ``area_id, year, grade, enrolment``; areas without a grade in a year are left out.

    Parameters
    ----------
    title, file : name and file
    grades : first and last grade
    origins, horizons : school years and years ahead
    """

    title: str
    file: str
    grades: tuple[int, int]
    origins: tuple[int, ...]
    horizons: tuple[int, ...] = (1, 3)

    def read(self, folder: Path) -> EnrolmentHistory:
        """Return the areas that taught every grade in every year."""
        table = pd.read_csv(folder / self.file, dtype={"area_id": str})
        inside = table["grade"].between(*self.grades) & (table["enrolment"] > 0)
        wide = table[inside].pivot_table(
            index=["area_id", "grade"], columns="year", values="enrolment", aggfunc="sum"
        )
        count = self.grades[1] - self.grades[0] + 1
        complete = wide.notna().all(axis=1).groupby(level=0).agg(lambda rows: rows.sum() == count)
        wide = wide[wide.index.get_level_values(0).map(complete)]
        rows = wide.reset_index().melt(["area_id", "grade"], value_name="enrolment")
        return build_history(rows.assign(grade=rows["grade"].astype(str)), None)


DEVELOPMENT_SETS = (
    DevelopmentSet("Utah districts", "ut_districts.csv.gz", (0, 12), (2020, 2021, 2022)),
    DevelopmentSet("Utah charters", "ut_charters.csv.gz", (0, 8), (2020, 2021)),
    DevelopmentSet("Wyoming districts", "wy_districts.csv.gz", (0, 12), (2002, 2003)),
    DevelopmentSet(
        "Australian states", "au_states_age.csv.gz", (0, 12), (2009, 2012, 2015, 2017), (1, 3)
    ),
    DevelopmentSet("Oregon districts", "or_districts.csv.gz", (0, 12), (2021, 2022), (1,)),
    DevelopmentSet("Utah schools", "ut_schools.csv.gz", (0, 5), (2020, 2021)),
    DevelopmentSet(
        "Eau Claire schools", "eauclaire_schools.csv.gz", (0, 5), (2004, 2008, 2012, 2016, 2020)
    ),
)
