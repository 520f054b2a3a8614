import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.contract.tables import TABLE_BY_NAME
from data.reading.cells.clean import UnreadableError, clean, clean_words
from data.reading.cells.codes import adcode, age_group
from data.reading.cells.numbers import number
from data.reading.cells.years import year

PERSONS = TABLE_BY_NAME["births"].column("births")
LAND = TABLE_BY_NAME["projects"].column("land_m2")
RATIO = TABLE_BY_NAME["targets"].column("value")


@pytest.mark.parametrize(
    ("text", "value"),
    [("12.3456万", 123_456), ("1,234,567", 1_234_567), ("1 234", 1234), ("5e3", 5000), ("7人", 7)],
)
def test_number_of_persons(text: str, value: float) -> None:
    assert number(text, PERSONS).value == value


def test_units_other_than_persons() -> None:
    assert number("2.5公顷", LAND).value == 25_000
    assert number("96.5%", RATIO).value == 0.965


def test_unit_in_the_cell_overrides_the_heading() -> None:
    assert number("5000", PERSONS, "10000").value == 50_000_000
    assert number("0.5万", PERSONS, "10000").value == 5000


@pytest.mark.parametrize(
    "text", ["1,23", "12,3456", "4,5", "1.2.3", "--5", "(5)", "5吨", "½", "12²", "٣"]
)
def test_ambiguous_numbers_are_not_guessed(text: str) -> None:
    with pytest.raises(UnreadableError):
        number(text, PERSONS)


@given(st.integers(min_value=0, max_value=10**9))
def test_thousands_separators_do_not_change_a_number(count: int) -> None:
    assert number(f"{count:,}", PERSONS).value == count


@given(st.integers(min_value=0, max_value=10**9))
def test_ten_thousands_are_exact(count: int) -> None:
    assert number(f"{count // 10_000}.{count % 10_000:04d}万", PERSONS).value == count


@given(st.integers(min_value=0, max_value=10**9))
def test_full_width_digits_mean_the_same(count: int) -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in str(count))
    assert clean(wide).value == str(count)


@given(st.integers(min_value=100_000, max_value=999_999))
def test_every_way_of_writing_a_code_gives_six_digits(code: int) -> None:
    for text in (f"{code}", f"{code}.0", f"{code}000000", f"{code}000000.0", f"{code * 10**6:.6e}"):
        assert adcode(text, {}).value == str(code)


def test_township_code_is_not_cut_to_its_county() -> None:
    assert adcode("450312101000", {}).value == "450312101000"


def test_school_year_is_its_first_year_and_must_span_one() -> None:
    assert year("2020-2021学年").value == year("2020年").value == 2020
    with pytest.raises(UnreadableError):
        year("2020-2025")


@pytest.mark.parametrize(
    ("text", "group"),
    [("0-4岁", ("0", "4")), ("０～４", None), ("85+", ("85", "")), ("85岁及以上", ("85", ""))],
)
def test_age_groups(text: str, group: tuple[str, str] | None) -> None:
    assert age_group(text) == (group or ("0", "4"))


@pytest.mark.parametrize(
    "name", ["=1+1", "@SUM(A1)", "+7", "-x", "＝1", "\t=1", "\n=1", " =1", "a;=1"]
)
def test_a_name_that_a_spreadsheet_would_calculate_is_refused(name: str) -> None:
    with pytest.raises(UnreadableError, match="does not begin with = "):
        clean_words(name)


def test_a_formula_after_a_line_break_stays_in_its_text() -> None:
    assert clean_words("临桂\n=1+1").value == "临桂 =1+1"


@pytest.mark.parametrize("name", ["临桂\x1b[2J区", "临桂\u202e区", "临桂\n区", "临桂\ud83d区"])
def test_a_name_holds_nothing_that_cannot_be_seen(name: str) -> None:
    cleaned = clean_words(name)
    assert isinstance(cleaned.value, str)
    assert cleaned.value.isprintable()
    assert cleaned.repairs
