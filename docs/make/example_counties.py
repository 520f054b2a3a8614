"""The two made-up counties of the examples and their schools."""

from dataclasses import dataclass

from data.contract.stages import STAGE_BY_CODE

YEARS = range(2018, 2026)
FIRST_BIRTHS, LAST_BIRTHS = 2006, 2025


@dataclass(frozen=True)
class Section:
    """The pupils of one stage in one school.

    Parameters
    ----------
    school, name, town, kind : identifier and what the table says of the school
    stage : stage code
    draw : weight among the county's schools in the first and the last year
    grades : number of grades taught; 0 for all of the stage
    opens, stops : first year with entrants, and first year without
    seats : seats of today
    place : longitude and latitude
    """

    school: str
    name: str
    town: str
    kind: str
    stage: str
    draw: tuple[float, float]
    seats: int
    place: tuple[float, float]
    grades: int = 0
    opens: int = 0
    stops: int = 9999

    def weight(self, year: int) -> float:
        """Return the weight in a year, 0 where nobody enters."""
        if not self.opens <= year < self.stops:
            return 0.0
        way = (year - YEARS[0]) / (YEARS[-1] - YEARS[0])
        return self.draw[0] + (self.draw[1] - self.draw[0]) * min(max(way, 0.0), 1.0)

    @property
    def taught(self) -> int:
        """Number of grades taught."""
        return self.grades or STAGE_BY_CODE[self.stage].years


@dataclass(frozen=True)
class County:
    """A made-up county.

    Parameters
    ----------
    folder, adcode, name : folder, code and name
    births : births in the first and the last year, between which they fall evenly
    adults : residents aged 15 and over
    urban : share of urban residents
    sections : its schools by stage
    """

    folder: str
    adcode: str
    name: str
    births: tuple[int, int]
    adults: int
    urban: float
    sections: tuple[Section, ...]

    def born(self, year: int) -> int:
        """Return births of a year."""
        way = min(max((year - FIRST_BIRTHS) / (LAST_BIRTHS - FIRST_BIRTHS), 0.0), 1.0)
        return round(self.births[0] + (self.births[1] - self.births[0]) * way)


FIRST = (
    # school, name, town, kind, stage, weight first and last, seats, grades taught, opens
    ("JX1", "第一小学", "城关镇", "primary", "primary", (5, 5), 2160, 0, 0),
    ("JX2", "第二小学", "城关镇", "primary", "primary", (2, 3), 1620, 0, 2022),
    ("JX3", "青山中心小学", "青山镇", "primary", "primary", (2, 1.2), 1620, 0, 0),
    ("JX4", "石桥教学点", "青山镇", "teaching_point", "primary", (0.3, 0.1), 135, 3, 0),
    ("JX5", "青山九年一贯制学校", "青山镇", "nine_year", "primary", (1.4, 0.7), 1080, 0, 0),
    ("JX5", "青山九年一贯制学校", "青山镇", "nine_year", "junior", (2, 1.6), 900, 0, 0),
    ("JX6", "中学", "城关镇", "complete_secondary", "junior", (5, 6), 2400, 0, 0),
    ("JX6", "中学", "城关镇", "complete_secondary", "general_senior", (1, 1), 1800, 0, 0),
)
FIRST_TOWNS = {"城关镇": (110.50, 25.00), "青山镇": (110.62, 25.10)}


def six_schools() -> County:
    """Return a small county: one school opens grade by grade, one teaches three grades."""
    name, sections = "虚构甲县", []
    for school, title, town, kind, stage, draw, seats, grades, opens in FIRST:
        lon, lat = FIRST_TOWNS[town]
        place = (round(lon + int(school[-1]) * 0.004, 4), lat)
        sections.append(
            Section(
                school, name + title, town, kind, stage, draw, seats, place, grades, opens=opens
            )
        )
    return County("six_schools", "990121", name, (1000, 430), 62000, 0.45, tuple(sections))


SECOND_TOWNS = ("城关镇", "河口镇", "高岭乡", "大湾镇", "云坪乡")


def village_schools() -> County:
    """Return a rural county whose village schools shrink while its seat grows."""
    name = "虚构乙县"
    sections: list[Section] = []
    for place, town in enumerate(SECOND_TOWNS):
        at = (110.20 + 0.11 * place, 25.30 + 0.07 * (place % 3))
        sections += _town_schools(name, town, place, at)
        for village in range(1, 5):
            sections.append(_village_school(name, town, place, village, at))
    return County("village_schools", "990122", name, (1150, 520), 78000, 0.35, tuple(sections))


def _town_schools(name: str, town: str, place: int, at: tuple[float, float]) -> tuple[Section, ...]:
    """Return primary and junior school of a town, and the senior school of the county's seat."""
    if place == 0:
        kind = "complete_secondary"
        primary = ("YX00", f"{name}第一小学", town, "primary", "primary", (9, 12), 2160, at)
        junior = ("YC0", f"{name}第一中学", town, kind, "junior", (6, 8), 1500, at)
        senior = ("YC0", f"{name}第一中学", town, kind, "general_senior", (1, 1), 1800, at)
        return Section(*primary), Section(*junior), Section(*senior)
    short = name + town[:2]
    primary = (f"YX{place}0", f"{short}中心小学", town, "primary", "primary", (4, 3), 810, at)
    junior = (f"YC{place}", f"{short}初级中学", town, "junior", "junior", (3, 2), 750, at)
    return Section(*primary), Section(*junior)


def _village_school(
    name: str, town: str, place: int, village: int, at: tuple[float, float]
) -> Section:
    """Return a village's school: two of four teach three grades, one has lost its last entrants."""
    point = village > 2
    return Section(
        school=f"YX{place}{village}",
        name=f"{name}{town[:2]}{'东西南北'[village - 1]}村{'教学点' if point else '小学'}",
        town=town,
        kind="teaching_point" if point else "primary",
        stage="primary",
        draw=(0.7, 0.12) if point else (1.2, 0.4),
        seats=135 if point else 270,
        place=(round(at[0] + 0.02 * village, 4), round(at[1] - 0.015 * village, 4)),
        grades=3 if point else 0,
        stops=2023 if (place, village) == (3, 4) else 9999,
    )
