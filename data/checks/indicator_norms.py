"""Checks of the table ``norms``: figures of indicators that exist, with a direction, in range."""

from collections.abc import Iterator

from data.contract.columns import TARGET_STAGE
from data.contract.indicator_codes import INDICATOR_CODES
from data.contract.table_reading import Reading, Readings
from data.language import Text
from data.problems import DataProblem
from data.reference.indicator_norms import norms

SHARE = "fraction"


def norms_of_indicators(readings: Readings) -> Iterator[DataProblem]:
    """Require a stage that the indicator has, a direction, and shares between 0 and 1."""
    if "norms" not in readings:
        return
    reading = readings["norms"]
    for line, row in reading.rows.iterrows():
        code, stage = str(row["code"]), str(row["stage"])
        of_code = INDICATOR_CODES[code].stages
        if stage not in of_code:
            yield _wrong_stage(reading, line, of_code)
            continue
        usual = norms().get((code, stage))
        if usual is None and row["sense"] is None:
            expected = Text("不高于或不低于", "most or least")
            how_to_fix = Text(
                "该指标没有内置标准，请填方向", "it has no bundled norm: state the direction"
            )
            yield reading.problem(line, "sense", expected, how_to_fix)
        if usual is not None and usual.unit == SHARE and float(row["threshold"]) > 1:
            expected = Text("0到1之间的占比", "a share between 0 and 1")
            how_to_fix = Text("写小数或百分数，如 0.85 或 85%", "write 0.85 or 85 %")
            yield reading.problem(line, "threshold", expected, how_to_fix)


def _wrong_stage(reading: Reading, line: object, stages: tuple[str, ...]) -> DataProblem:
    words = {"all": "各学段"} | {code: one[0] for code, one in TARGET_STAGE.items()}
    listed = "、".join(words[stage] for stage in stages)
    return reading.problem(
        line,
        "stage",
        Text(f"该指标的学段：{listed}", f"a stage of the indicator: {', '.join(stages)}"),
        Text("改正学段或指标", "correct the stage or the indicator"),
    )


NORM_CHECKS = (norms_of_indicators,)
