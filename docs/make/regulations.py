"""``docs/regulations.zh.md``: what documents of the State ask, and where it is answered.

Run ``make regulations``. The tables of norms are those that the product uses.
"""

from pathlib import Path

import pandas as pd

from data.contract.indicator_codes import INDICATOR_CODES
from data.reference.indicator_norms import closure_steps, norm_table, retirement_rules
from forecasting.indicators.sheets.columns import SENSES, STAGES
from forecasting.indicators.sheets.workbook import APPLIES

PAGE = Path("docs") / "regulations.zh.md"
INTRODUCTION = Path("docs") / "make" / "regulations_intro.md"


def page() -> str:
    """Return the complete page as Markdown."""
    table = norm_table()
    words = {"confirmed": "已核的标准", "to_be_confirmed": "待核的标准"}
    parts = [INTRODUCTION.read_text("utf-8")]
    for status, title in words.items():
        own = table[table["status"] == status]
        parts.append(f"## {title}（{len(own)}条）\n\n{_norms(own)}")
    parts.append(f"## 退休年龄\n\n{_retirement()}")
    parts.append(f"## 撤并程序\n\n{_steps()}")
    return "\n".join(parts)


def _norms(table: pd.DataFrame) -> str:
    lines = [
        "| 指标 | 学段 | 文件 | 条款 | 标准 | 适用 | 读到之处 |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in table.to_dict("records"):
        code = str(row["code"])
        title = f"{INDICATOR_CODES[code].title.zh} `{code}`"
        norm = f"{SENSES[str(row['sense'])]}{row['threshold']:g} {row['unit']}"
        cells = (title, STAGES[str(row["stage"])].zh, row["document"], row["clause"] or "—", norm,
                 APPLIES[str(row["applies_to"])], row["source"])  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def _retirement() -> str:
    lines = ["| 性别 | 改革前 | 改革后 | 起算出生年 | 出生每晚几个月 | 最多延迟（月） | 读到之处 |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for row in retirement_rules().to_dict("records"):
        sex = {"male": "男", "female": "女（干部、专业技术）"}[str(row["sex"])]
        cells = (sex, row["age_before"], row["age_after"], row["first_birth_year"],
                 row["months_born_a_step"], row["most_months_later"], row["source"])  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def _steps() -> str:
    kinds = {"procedure": "程序", "forbidden": "不得强行撤并"}
    status = {"confirmed": "已核", "to_be_confirmed": "待核"}
    lines = ["| 类别 | 事项 | 核对 | 读到之处 |", "|---|---|---|---|"]
    for row in closure_steps().to_dict("records"):
        cells = kinds[str(row["kind"])], row["zh"], status[str(row["status"])], row["source"]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
