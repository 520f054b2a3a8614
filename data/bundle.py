"""The input of a forecast in one object: the planner's tables and the public context."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from data.data_folder import PASSED_OVER, SUFFIXES, Tables, read_folder
from data.problems import DataError, DataProblem
from data.reference.china_panel import county_pupils
from data.reference.fertility import NATIONAL_BIRTHS, national_births
from data.reference.packs import NATION, Pack, default_pack, pack_of
from data.schools import with_planned_schools
from data.tree import AreaTree, area_tree, tree_problems

CODES = {"adcode": str, "county_adcode": str}
CONTEXT = "context"
# Columns of the public figures, for cities that have none of a kind.
_CONTEXT = {
    "births_above": ("adcode", "year", "births", "basis", "source"),
    "vital_rates": ("adcode", "name", "year", "measure", "value", "source"),
    "city_proper": ("adcode", "year", "city", "city_population", "urban_population", "source"),
    "programme_record": ("stage", "measure", "value", "unit", "years", "source"),
    "national_enrolment": ("adcode", "name", "year", "measure", "value", "unit"),
    "townships": ("township", "county_adcode", "county", "type"),
    "pools": ("pool", "stage", "adcode"),
}
_NO_TARGETS = pd.DataFrame(columns=["stage", "year", "measure", "value", "basis", "source"])
# Without totals a county's urban share is unknown, and starts from the nation's.
_NO_TOTALS = pd.DataFrame(
    {
        "adcode": pd.Series(dtype="str"),
        "year": pd.Series(dtype="int64"),
        "population": pd.Series(dtype="int64"),
        "urban_population": pd.Series(dtype="Int64"),
        **{name: pd.Series(dtype="str") for name in ("basis", "source", "method")},
    }
)
DATA_SUFFIXES = (*SUFFIXES, ".gpkg", ".geojson")


@dataclass(frozen=True)
class Context:
    """Public figures beyond the planner's own tables; national ones, and those of the pack.

    Parameters
    ----------
    births_above : adcode, year, births of the nation and the province
    vital_rates : adcode, year, measure, value
    city_proper : adcode, year, city_population, urban_population: of the city a county belongs to
    programme_record : stage, measure, value: what became of the last plan's projects; empty where
        no record is known
    national_enrolment : adcode, year, measure, value
    townships : township, county_adcode, type (镇, 乡, 街道)
    pools : pool, stage, adcode of counties whose pupils of a stage share their schools
    """

    births_above: pd.DataFrame
    vital_rates: pd.DataFrame
    city_proper: pd.DataFrame
    programme_record: pd.DataFrame
    national_enrolment: pd.DataFrame
    townships: pd.DataFrame
    pools: pd.DataFrame

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
        """Return the share of planned seats that opened within the last five-year plan.

        1 where no record is known: projects then open as planned.
        """
        record = self.programme_record
        seats = record[record["stage"] == "all"].set_index("measure")["value"]
        return float(seats["finished_seats"] / seats["planned_seats"]) if len(seats) else 1.0


@dataclass(frozen=True)
class DataBundle:
    """The tables of one data folder with their context and the digests of their files.

    ``pack`` is the bundled city that they belong to, None for any other.
    """

    tables: Tables
    context: Context
    digests: dict[str, str]
    notices: tuple[DataProblem, ...]
    pack: Pack | None = None

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

    @cached_property
    def tree(self) -> AreaTree:
        """Which area lies in which."""
        return area_tree(self.tables.areas)

    @property
    def city(self) -> str:
        """Adcode of the area that the counties form: the lowest that holds all of them.

        Where none does it is the first of the cities.
        """
        common = self.tree.lowest_common_area(self.counties)
        return common[0] if common else next(iter(self.tree.cities))

    @cached_property
    def counties(self) -> tuple[str, ...]:
        """Adcodes of the areas to forecast, in the order of the table."""
        return self.tree.counties

    @cached_property
    def cities(self) -> tuple["DataBundle", ...]:
        """What is known of each city, as if it were alone, in table order."""
        counties = self.tree.cities
        if len(counties) == 1:
            return (self,)
        place = {code: city for city, own in counties.items() for code in (city, *own)}
        rows = {
            part.name: _rows_by_city(getattr(self.tables, part.name), place)
            for part in fields(self.tables)
        }
        return tuple(
            replace(
                self,
                tables=Tables(**{name: of_city(city) for name, of_city in rows.items()}),
                notices=(),
            )
            for city in counties
        )

    def cities_of(self, counties: Collection[str]) -> list["DataBundle"]:
        """Return the cities that have one of ``counties``."""
        return [city for city in self.cities if not set(counties).isdisjoint(city.counties)]

    @cached_property
    def names(self) -> dict[str, str]:
        """Adcode → name, the areas above included: those without a row have their code."""
        table = self.tables.areas
        nameless = {code: code for code in self.tree.parents.values()}
        return nameless | dict(zip(table["adcode"], table["name"], strict=True))


def load_bundle(folder: Path | None) -> DataBundle:
    """Read a data folder (None: the default pack) and the public figures beyond it.

    Parameters
    ----------
    folder : data folder of the planner, None for the default pack

    Raises
    ------
    DataError
        Every problem in the folder at once.
    """
    root = folder or default_pack().folder
    tables, notices = read_folder(root)
    pack = pack_of(tables.areas["adcode"])
    public = read_folder(pack.folder)[0] if pack and folder else None
    tables = _with_defaults(tables, public, pd.read_csv(NATION / "standards.csv"))
    digests = _digests(root) | (_digests(pack.folder / CONTEXT) if pack else {})
    digests |= {file.name: _sha256(file) for file in (NATIONAL_BIRTHS, NATION / "standards.csv")}
    bundle = DataBundle(
        tables, _read_context(pack), digests, tuple(notices) if folder else (), pack
    )
    if problems := tree_problems(bundle.tables.areas):
        raise DataError(problems)
    return bundle


def _rows_by_city(
    table: pd.DataFrame | None, place: dict[str, str]
) -> Callable[[str], pd.DataFrame | None]:
    """Return a function that selects the rows of one city; ``place`` is adcode → city."""
    if table is None or "adcode" not in table:
        return lambda _: table
    rows = table.groupby(table["adcode"].map(place).to_numpy()).indices
    return lambda city: table.iloc[rows.get(city, [])]


def _with_defaults(tables: Tables, public: Tables | None, norms: pd.DataFrame) -> Tables:
    """Fill in what the folder does not state from its pack and from national norms.

    A city without targets has none.
    """
    public = public or tables
    targets = public.targets if tables.targets is None else tables.targets
    totals = _joined(tables.totals, public.totals, ["adcode", "year"])
    standards = _joined(tables.standards, public.standards, ["stage", "measure"])
    return replace(
        tables,
        targets=_NO_TARGETS if targets is None else targets,
        standards=_joined(standards, norms, ["stage", "measure"]),
        enrolment=_joined(
            tables.enrolment,
            _yearbook_pupils(tables.areas["adcode"]),
            ["adcode", "year", "stage", "grade"],
        ),
        totals=_NO_TOTALS if totals is None else totals,
        projects=with_planned_schools(tables.projects, tables.schools),
    )


def _yearbook_pupils(areas: "pd.Series[str]") -> pd.DataFrame:
    """Return the primary pupils that the county yearbook has of ``areas``, as ``enrolment``."""
    known = county_pupils()
    rows = known[known["adcode"].isin(areas)]
    return pd.DataFrame(
        {
            "adcode": rows["adcode"],
            "year": rows["year"],
            "stage": "primary",
            "grade": "all",
            "pupils": rows["primary_pupils"],
            "entrants": pd.array([pd.NA] * len(rows), dtype="Int64"),
            "leavers": pd.array([pd.NA] * len(rows), dtype="Int64"),
            "basis": "observed",
            "source": rows["source"],
            "method": None,
        }
    )


def _joined(
    own: pd.DataFrame | None, bundled: pd.DataFrame | None, key: list[str]
) -> pd.DataFrame | None:
    """Return the rows of both tables; where both state a cell, the planner's own stands."""
    given = [table for table in (own, bundled) if table is not None]
    return pd.concat(given).drop_duplicates(key, keep="first") if given else None


def _read_context(pack: Pack | None) -> Context:
    """Return the national figures, and those of ``pack`` below them."""
    tables = {}
    for name, columns in _CONTEXT.items():
        folders = (NATION, pack.folder / CONTEXT) if pack else (NATION,)
        known = [folder / f"{name}.csv" for folder in folders]
        held = [pd.read_csv(file, dtype=CODES) for file in known if file.is_file()]
        tables[name] = pd.concat(held) if held else pd.DataFrame(columns=columns)
    tables["births_above"] = pd.concat([national_births(), tables["births_above"]])
    return Context(**tables)


def data_files(folder: Path) -> list[Path]:
    """Return the files of ``folder`` that hold data, by name; none if there is no such folder."""
    return [
        file
        for file in sorted(folder.glob("*"))
        if file.suffix.lower() in DATA_SUFFIXES
        and file.is_file()
        and not file.name.startswith(PASSED_OVER)
    ]


def _digests(folder: Path) -> dict[str, str]:
    """Return file name → sha256 of the data files of ``folder``."""
    return {file.name: _sha256(file) for file in data_files(folder)}


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
