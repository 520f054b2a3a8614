"""What one column of the data contract is, and the words that it accepts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from data.contract.stages import STAGES, UPPER_SECONDARY, UPPER_TITLE
from data.language import Text

Kind = Literal[
    "adcode", "area", "grade", "text", "year", "school_year", "age", "count", "amount", "ratio",
    "choice", "flag",
]  # fmt: skip
Vocabulary = Mapping[str, tuple[str, ...]]

YEARS: tuple[Kind, ...] = ("year", "school_year")
WHOLE: tuple[Kind, ...] = (*YEARS, "age", "count")
NUMBERS: tuple[Kind, ...] = (*WHOLE, "amount", "ratio")

STAGE: Vocabulary = MappingProxyType(
    {stage.code: (stage.title.zh, *stage.aliases) for stage in STAGES}
)
TARGET_STAGE: Vocabulary = MappingProxyType(
    {
        **STAGE,
        "compulsory": ("义务教育", "九年义务教育"),
        UPPER_SECONDARY: (UPPER_TITLE.zh, "高中阶段教育"),
    }
)
GRADE: Vocabulary = MappingProxyType(
    {
        "all": ("合计", "全部", "总计", "小计", "共计", "不分年级"),
        "K1": ("小班",),
        "K2": ("中班",),
        "K3": ("大班",),
        "P1": ("一年级", "小一", "1"),
        "P2": ("二年级", "小二", "2"),
        "P3": ("三年级", "小三", "3"),
        "P4": ("四年级", "小四", "4"),
        "P5": ("五年级", "小五", "5"),
        "P6": ("六年级", "小六", "6"),
        "J1": ("七年级", "初一", "7"),
        "J2": ("八年级", "初二", "8"),
        "J3": ("九年级", "初三", "9"),
        "S1": ("高一", "10"),
        "S2": ("高二", "11"),
        "S3": ("高三", "12"),
        "V1": ("中职一年级", "职一"),
        "V2": ("中职二年级", "职二"),
        "V3": ("中职三年级", "职三"),
    }
)
SEX: Vocabulary = MappingProxyType(
    {
        "all": ("合计", "总计", "小计", "计", "不分性别", "total", "both", "t"),
        "male": ("男", "男性", "男生", "m", "males", "boys"),
        "female": ("女", "女性", "女生", "f", "females", "girls"),
    }
)
OWNERSHIP: Vocabulary = MappingProxyType(
    {
        "all": ("合计", "总计", "小计", "全部"),
        "public": ("公办", "公立"),
        "private": ("民办", "私立", "普惠性民办"),
    }
)
SCHOOL_KIND: Vocabulary = MappingProxyType(
    {
        "kindergarten": ("幼儿园",),
        "primary": ("小学", "完全小学"),
        "teaching_point": ("教学点", "小学教学点"),
        "junior": ("初级中学", "初中"),
        "nine_year": ("九年一贯制", "九年一贯制学校"),
        "complete_secondary": ("完全中学",),
        "senior": ("高级中学", "普通高中"),
        "twelve_year": ("十二年一贯制", "十二年一贯制学校"),
        "vocational": ("中等职业学校", "中职", "职业高中", "中专"),
        "special": ("特殊教育学校", "特教学校"),
    }
)
STATUS: Vocabulary = MappingProxyType(
    {
        "planned": ("规划", "拟建", "未开工", "待建", "筹建", "前期", "前期工作", "立项"),
        "started": ("在建", "建设中", "已开工", "开工", "续建", "施工中", "主体施工", "主体封顶"),
        "finished": ("建成", "已建成", "竣工", "完工", "已竣工", "已完工", "已投用", "已启用"),
    }
)
AREA_TYPE: Vocabulary = MappingProxyType(
    {
        "区": ("市辖区", "district"),
        "县": ("自治县", "county"),
        "市": ("县级市", "地级市", "city"),
        "省": ("自治区", "直辖市", "province"),
    }
)
BASIS: Vocabulary = MappingProxyType(
    {
        "census": ("普查", "人口普查"),
        "register": ("户籍", "登记", "户籍登记"),
        "observed": ("统计", "实测", "报表"),
        "estimate": ("估计", "推算", "估算"),
        "norm": ("规范", "标准"),
        "assumption": ("假设", "假定"),
        "synthetic": ("虚构", "合成", "演示"),
    }
)
# 1954 and 1980 coordinates lie up to a hundred metres off, GCJ-02 and BD-09 five hundred and more.
DATUM: Vocabulary = MappingProxyType(
    {
        "CGCS2000": ("国家2000", "2000国家大地坐标系", "epsg:4490"),
        "WGS84": ("wgs-84", "wgs 84", "gps", "epsg:4326"),
    }
)
TARGET_MEASURE: Vocabulary = MappingProxyType(
    {
        "gross_enrolment_ratio": ("毛入学率", "毛入园率"),
        "nine_year_retention": ("九年义务教育巩固率", "巩固率"),
        "general_share": ("普通高中占比", "普高占比"),
        "public_share": ("公办占比", "公办园在园幼儿占比"),
    }
)
STANDARD_MEASURE: Vocabulary = MappingProxyType(
    {
        "class_size": ("班额",),
        "seats_per_1000_residents": ("千人学位数", "每千人学位"),
        "land_m2_per_pupil": ("生均用地面积",),
        "floor_m2_per_pupil": ("生均建筑面积",),
        "cost_cny_per_seat": ("每学位造价",),
        "pupils_per_teacher": ("生师比",),
        "expand_cny_per_seat": ("每学位扩建费用",),
        "convert_cny_per_seat": ("每学位改建费用",),
        "lease_cny_per_seat_year": ("每学位每年租用费用",),
        "close_cny_per_seat": ("每学位撤并费用",),
        "running_cny_per_pupil_year": ("生均教育经费",),
        "idle_running_share": ("空置学位经费占比",),
        "build_years": ("新建年数",),
        "expand_years": ("扩建年数",),
        "convert_years": ("改建年数",),
        "lease_years": ("租用准备年数",),
        "close_years": ("撤并准备年数",),
        "school_classes_least": ("新建学校最少班数",),
        "school_classes_most": ("新建学校最多班数",),
        "school_classes_usual": ("标准学校班数",),
        "expand_block_classes": ("扩建一次班数",),
        "decision_cny": ("每项决策固定费用",),
        "lease_years_most": ("租用最长年数",),
        "expand_share_most": ("扩建上限占比",),
        "lease_share_most": ("租用上限占比",),
        "close_share_a_year": ("每年撤并上限占比",),
        "convert_share_a_year": ("每年改建上限占比",),
        "schools_a_town_least": ("每乡镇最少学校数",),
        "walking_radius_m": ("服务半径",),
        "rural_radius_m": ("乡村服务半径",),
        "trip_minutes_most": ("上学最长用时",),
    }
)
SETTING: Vocabulary = MappingProxyType(
    {"urban": ("城镇", "城市", "城区", "镇区"), "rural": ("乡村", "农村", "村庄")}
)
CHANGE: Vocabulary = MappingProxyType(
    {
        "renamed": ("更名", "改名", "撤县设区", "撤县设市"),
        "split": ("拆分", "分设"),
        "merged": ("合并", "并入"),
        "transferred": ("划转", "划入", "划出"),
    }
)
FLAG: Vocabulary = MappingProxyType(
    {"true": ("是", "1", "yes", "y", "t", "√", "✓"), "false": ("否", "0", "no", "n", "f", "×")}
)

_TIMES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10_000, "十万": 100_000,
          "百万": 1_000_000, "亿": 100_000_000}  # fmt: skip


def _counted(*units: str) -> dict[str, str]:
    """Return unit → factor of things that are counted: 人, 百人, 千人, 万人, 万."""
    chinese = {f"{word}{unit}": str(times) for word, times in _TIMES.items()
               for unit in ("", *units)}  # fmt: skip
    return chinese | {"thousand": "1000", "thousands": "1000", "million": "1000000"}


UNIT_FACTORS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "persons": _counted("人", "名"),
        "seats": _counted("个", "座", "人", "学位"),
        "pieces": _counted("个", "所", "班", "套", "户"),
        "years": {"": "1", "岁": "1", "周岁": "1"},
        "km2": {"": "1", "平方公里": "1", "平方千米": "1", "km2": "1", "km²": "1"},
        "m2": {"": "1", "平方米": "1", "m2": "1", "m²": "1", "公顷": "10000", "ha": "10000",
               "亩": "666.6666666666667"},
        "km": {"": "1", "公里": "1", "千米": "1", "km": "1", "米": "0.001", "m": "0.001"},
        "minutes": {"": "1", "分": "1", "分钟": "1", "min": "1", "minutes": "1", "小时": "60",
                    "h": "60"},
        "cny": {"": "1", "元": "1", "万元": "10000", "万": "10000", "亿元": "100000000",
                "亿": "100000000"},
        "fraction": {"": "1", "%": "0.01", "‰": "0.001"},
        "degrees": {"": "1", "°": "1", "度": "1"},
        "": {"": "1"},
    }
)  # fmt: skip
# What a heading of the template states, so that nobody fills in 亩 or 万元 unawares.
UNIT_TITLES: Mapping[str, str] = MappingProxyType(
    {"km2": "平方公里", "m2": "平方米", "cny": "元", "km": "公里", "minutes": "分钟"}
)

_WHICH_SENIOR = Text(
    "是“普通高中”还是“高中阶段”（含中职）？普通高中填“普通高中”；高中阶段请拆成“普通高中”和“中职”两行",
    "general_senior, or the complete senior stage (vocational included)? Write general_senior; "
    "split the complete stage into general_senior and vocational_senior",
)
_OFFSET = Text(
    "加密偏移坐标，偏差数百米，超过小学服务半径，无公开的精确还原方法；请索取原始坐标",
    "offset by hundreds of metres, more than a walk to school, with no published exact inverse; "
    "ask for the original coordinates",
)
# Words that are near a wrong answer, or near none: word -> what to do.
CONFUSED: Mapping[str, Text] = MappingProxyType(
    dict.fromkeys(("高中", "高中阶段", "高中阶段教育", "SENIOR"), _WHICH_SENIOR)
    | dict.fromkeys(
        ("九年一贯制", "九年一贯制学校", "完全中学", "十二年一贯制学校"),
        Text("按学段拆成多行", "split it into one row a stage"),
    )
    | dict.fromkeys(
        ("GCJ-02", "GCJ02", "火星坐标", "高德", "腾讯", "BD-09", "BD09", "百度"), _OFFSET
    )
)


@dataclass(frozen=True)
class Column:
    """One column: its English name, its Chinese heading and what may stand in it.

    Parameters
    ----------
    name, title : English name and Chinese heading
    kind : how cells are read
    note : what the column means
    needed : True if the column must exist and no cell of it may be empty
    vocabulary : canonical word -> other words that mean the same, for ``kind="choice"``
    aliases : other headings that are accepted
    unit : key of ``UNIT_FACTORS``
    low, high : smallest and largest value that is possible
    default : taken when the cell or the column is empty
    example : cell of the example row in the template
    """

    name: str
    title: str
    kind: Kind
    note: Text
    needed: bool = False
    vocabulary: Vocabulary = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    unit: str = ""
    low: float = 0.0
    high: float = 2e9
    default: str | None = None
    example: str = ""

    def choices(self) -> list[str]:
        """Return the Chinese words of the vocabulary, one a code."""
        return [others[0] if others else code for code, others in self.vocabulary.items()]

    def word(self, text: str) -> str:
        """Return the canonical word for ``text``, or ``text`` itself if it is unknown."""
        lowered = text.lower()
        for canonical, others in self.vocabulary.items():
            if lowered == canonical.lower() or lowered in others:
                return canonical
        return text
