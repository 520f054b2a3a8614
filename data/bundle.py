"""Everything a forecast reads, in one object: the planner's tables and the public context."""

import hashlib
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import pandas as pd

from data.folder import PASSED_OVER, SUFFIXES, Tables, read_folder
from data.language import Text
from data.problems import DataError, DataProblem

CODES = {"adcode": str, "county_adcode": str}
DATA_SUFFIXES = (*SUFFIXES, ".gpkg", ".geojson")


@dataclass(frozen=True)
class Context:
    """Public figures beyond the planner's own tables; see ``data/guilin/context``.

    Parameters
    ----------
    births_above : adcode, year, births of the nation and the province
    vital_rates : adcode, year, measure, value
    city_proper : adcode, year, city_population, urban_population: of the city a county belongs to
    regular_secondary : adcode, year, pupils of junior and general senior schools together
    programme_record : stage, measure, value: what became of the last plan's projects
    national_enrolment : adcode, year, measure, value
    townships : township, county_adcode, type (镇, 乡, 街道)
    reference_ratios : stage, year, counties, log_mean, log_sd of enrolment ratios between counties
    """

    births_above: pd.DataFrame
    vital_rates: pd.DataFrame
    city_proper: pd.DataFrame
    regular_secondary: pd.DataFrame
    programme_record: pd.DataFrame
    national_enrolment: pd.DataFrame
    townships: pd.DataFrame
    reference_ratios: pd.DataFrame

    def national(self, measure: str, year: int) -> float:
        """Return one national enrolment figure.

        Raises
        ------
        KeyError
            No such figure in the bundled table.
        """
        table = self.national_enrolment
        wanted = table[
            (table["adcode"] == "000000") & (table["measure"] == measure) & (table["year"] == year)
        ]
        if wanted.empty:
            raise KeyError(f"no national figure {measure!r} for {year}")
        return float(wanted["value"].iloc[0])

    def delivered_share(self) -> float:
        """Return the share of planned seats that opened within the last five-year plan."""
        record = self.programme_record
        seats = record[record["stage"] == "all"].set_index("measure")["value"]
        return float(seats["finished_seats"] / seats["planned_seats"])


@dataclass(frozen=True)
class DataBundle:
    """The tables of one data folder with their context and the digests of their files."""

    tables: Tables
    context: Context
    digests: dict[str, str]
    notices: tuple[DataProblem, ...]

    def table(self, name: str) -> pd.DataFrame:
        """Return a table that every bundle has, the planner's own or the bundled one.

        Raises
        ------
        KeyError
            No such table.
        """
        found = getattr(self.tables, name)
        if found is None:
            raise KeyError(f"the bundle has no table {name!r}")
        return found

    @property
    def city(self) -> str:
        """Adcode of the parent area."""
        return str(self.tables.areas["parent"].dropna().mode().iloc[0])

    @property
    def counties(self) -> tuple[str, ...]:
        """Adcodes of the areas to forecast, in the order of the table."""
        table = self.tables.areas
        return tuple(table.loc[table["parent"] == self.city, "adcode"])

    @property
    def names(self) -> dict[str, str]:
        """Adcode → name, the city included."""
        return dict(zip(self.tables.areas["adcode"], self.tables.areas["name"], strict=True))


def load_bundle(folder: Path | None) -> DataBundle:
    """Read a data folder (None: the bundled Guilin reference) and the public context.

    Raises
    ------
    DataError
        Every problem in the folder at once.
    """
    root = Path(str(files("data"))) / "guilin"
    tables, notices = read_folder(folder or root)
    if folder is not None:
        tables = _with_defaults(tables, read_folder(root)[0])
    context = _read_context(root / "context")
    digests = _digests(folder or root) | _digests(root / "context")
    bundle = DataBundle(tables, context, digests, tuple(notices) if folder else ())
    if not bundle.tables.areas["parent"].notna().any():
        expected = Text("各县区的上级代码", "the parent adcode of each county")
        remedy = Text("填写 parent 列，例如 450300", "fill the column parent, e.g. 450300")
        raise DataError([DataProblem("areas", expected, remedy, column="parent")])
    return bundle


def _with_defaults(tables: Tables, bundled: Tables) -> Tables:
    """Fill in what the folder does not state: norms, targets, public enrolment and urban shares."""
    return replace(
        tables,
        targets=bundled.targets if tables.targets is None else tables.targets,
        standards=_joined(tables.standards, bundled.standards, ["stage", "measure"]),
        enrolment=_joined(
            tables.enrolment, bundled.enrolment, ["adcode", "year", "stage", "grade"]
        ),
        totals=_joined(tables.totals, bundled.totals, ["adcode", "year"]),
    )


def _joined(
    own: pd.DataFrame | None, bundled: pd.DataFrame | None, key: list[str]
) -> pd.DataFrame | None:
    """Return the rows of both tables; where both state a cell, the planner's own stands."""
    given = [table for table in (own, bundled) if table is not None]
    return pd.concat(given).drop_duplicates(key, keep="first") if given else None


def _read_context(folder: Path) -> Context:
    names = Context.__dataclass_fields__
    return Context(**{n: pd.read_csv(folder / f"{n}.csv", dtype=CODES) for n in names})


def data_files(folder: Path) -> list[Path]:
    """Return the files of ``folder`` that hold data, by name."""
    return [
        file
        for file in sorted(folder.iterdir())
        if file.suffix.lower() in DATA_SUFFIXES
        and file.is_file()
        and not file.name.startswith(PASSED_OVER)
    ]


def _digests(folder: Path) -> dict[str, str]:
    """Return file name → sha256 of the data files of ``folder``."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in data_files(folder)}
