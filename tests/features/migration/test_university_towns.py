import pandas as pd

from data.reference.china_panel import CENSUS_YEARS, county_age_sex
from features.ageing.census_table import add_sexes, group_table
from features.migration.university_towns import are_university_towns

NATION = {5: 1.0, 10: 1.0, 15: 0.8, 20: 0.8, 25: 1.2, 30: 1.2}


def test_students_are_distinguished_from_workers():
    persons = pd.DataFrame(
        {
            "county": NATION,
            "students": NATION | {15: 3.0, 20: 4.0},
            "workers": NATION | {15: 2.0, 20: 4.0, 25: 6.0, 30: 6.0},
        }
    ).T
    assert are_university_towns(persons, 2020).tolist() == [False, True, False]


def test_guilins_are_yanshan_and_qixing_in_both_censuses():
    for year in CENSUS_YEARS:
        persons = add_sexes(group_table(county_age_sex(year)))
        town = persons.index[are_university_towns(persons, year)]
        assert [adcode for adcode in town if adcode.startswith("4503")] == ["450305", "450311"]
        assert 0.03 < len(town) / len(persons) < 0.1
