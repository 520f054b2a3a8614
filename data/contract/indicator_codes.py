"""The indicators and definitions that norms speak of: code, stages and display name."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from unicodedata import normalize

from data.contract.columns import TARGET_STAGE, Column, Vocabulary
from data.contract.fields import PROVENANCE, Table, stages, words
from data.language import Text

COMPULSORY = ("primary", "junior")
_NINE, _KINDERGARTEN, _SENIOR = ("compulsory",), ("kindergarten",), ("general_senior",)


@dataclass(frozen=True)
class IndicatorCode:
    """An indicator, or a figure that defines one.

    Parameters
    ----------
    title : display name
    stages : stages that it exists for
    """

    title: Text
    stages: tuple[str, ...]


INDICATOR_CODES: Mapping[str, IndicatorCode] = MappingProxyType(
    {
        code: IndicatorCode(Text(zh, en), of_stages)
        for code, of_stages, zh, en in (
            ("mean_class_size", COMPULSORY, "县均班额", "mean class size of the county"),
            ("class_size", COMPULSORY, "班额达标学校占比", "schools within the class size"),
            ("school_size", COMPULSORY, "学校规模达标学校占比", "schools within the school size"),
            ("nine_year_size", _NINE, "一贯制学校义务教育规模达标占比",
             "nine-year schools within the size"),
            ("teaching_area", COMPULSORY, "生均教学及辅助用房达标学校占比",
             "schools with enough teaching rooms"),
            ("sports_area", COMPULSORY, "生均体育运动场馆达标学校占比",
             "schools with enough sports ground"),
            ("teaching_area_cv", COMPULSORY, "教学及辅助用房校际差异系数",
             "variation of teaching rooms"),
            ("sports_area_cv", COMPULSORY, "体育运动场馆校际差异系数",
             "variation of sports ground"),
            ("migrants_public", _NINE, "随迁子女公办就读占比",
             "migrant children in public schools"),
            ("preschool_gross", _KINDERGARTEN, "学前三年毛入园率",
             "gross enrolment of kindergartens"),
            ("inclusive_share", _KINDERGARTEN, "普惠性幼儿园覆盖率",
             "children in inclusive kindergartens"),
            ("public_share", _KINDERGARTEN, "公办园在园幼儿占比",
             "children in public kindergartens"),
            ("kindergarten_classes", _KINDERGARTEN, "班额达标幼儿园占比（按园均班额）",
             "kindergartens within the class size"),
            ("children_a_teacher", _KINDERGARTEN, "幼儿与专任教师之比", "children per teacher"),
            ("seats_a_child", _SENIOR, "普高学位与15—17岁人口之比", "seats per resident of 15-17"),
            ("senior_class_size", _SENIOR, "普高平均班额", "mean class size"),
            ("large_classes", _SENIOR, "56人及以上大班额占比", "classes of 56 pupils and more"),
            ("senior_school_size", _SENIOR, "规模不超过3000人的普高占比",
             "schools of at most 3,000 pupils"),
            ("senior_school", _SENIOR, "应设普通高中的县学校数",
             "senior schools where one is due"),
            ("idle_rooms", _SENIOR, "义务教育和中职闲置学位与普高缺口之比",
             "idle seats over seats short"),
            ("special_school", _NINE, "应设特殊教育学校的县学校数",
             "special schools where one is due"),
            ("special_places", _NINE, "按全国在校比例推算的特殊教育学生占比",
             "special education, nation's share"),
            ("pupils_a_teacher", (*COMPULSORY, *_SENIOR), "学生与专任教师之比（在岗教师退休后）",
             "pupils per teacher who stays"),
            ("boarding_places", (*COMPULSORY, *_SENIOR), "寄宿床位满足率", "beds per boarder"),
            ("large_class_from", _SENIOR, "大班额的人数起点", "pupils that make a class large"),
            ("entry_class_size", _SENIOR, "新入学年级班额上限", "most pupils of an entering class"),
            ("senior_school_from_residents", _SENIOR, "应设普通高中的县常住人口",
             "residents from which a senior school is due"),
            ("senior_school_from_leavers", _SENIOR, "应设普通高中的县初中毕业生",
             "junior leavers from which a senior school is due"),
            ("special_school_from_residents", _NINE, "应设特殊教育学校的县常住人口",
             "residents above which a special school is due"),
            ("special_pupils_share", _NINE, "特殊教育学生占义务教育在校生（全国）",
             "special education's share of pupils, nation"),
            ("small_school", ("primary",), "乡村小规模学校的人数",
             "pupils of a small rural school"),
            ("national_peak_year", ("primary", *_SENIOR, "junior"), "全国在校生高峰年",
             "the nation's peak year"),
            ("warning_near_years", ("all",), "近期预警的年数", "years of the near warning"),
            ("warning_long_year", ("all",), "远期预警到哪一年", "last year of the long warning"),
            ("small_point_left_out", _NINE, "不计入评估的教学点人数",
             "pupils of a teaching point that is not assessed"),
        )
    }
)  # fmt: skip
# Cells are read with narrow brackets, so a title has that spelling as well.
_CODES: Vocabulary = MappingProxyType(
    {code: (one.title.zh, normalize("NFKC", one.title.zh)) for code, one in INDICATOR_CODES.items()}
)
_STAGES: Vocabulary = MappingProxyType({**TARGET_STAGE, "all": ("各学段", "全部学段")})
_SENSES: Vocabulary = MappingProxyType(
    {
        "most": ("不高于", "不超过", "上限", "≤"),
        "least": ("不低于", "不少于", "下限", "≥"),
        "none": ("口径", "不判断"),
    }
)
NORMS = Table(
    "norms", "指标标准", ("code", "stage"),
    Text("替换或补充国家指标标准；没写的沿用内置标准",
         "norms of indicators that replace or add to the bundled ones"),
    (
        Column("code", "指标", "choice", Text("指标或口径", "indicator or definition"), True,
               _CODES, ("指标代码",), example="班额达标学校占比"),
        stages(_STAGES),
        Column("threshold", "标准值", "amount",
               Text("标准值，占比写小数或百分数", "the figure; a share as 0.85 or 85 %"), True,
               unit="fraction", high=1e9, aliases=("数值", "阈值"), example="45"),
        Column("sense", "方向", "choice",
               Text("不高于或不低于；内置标准已有的可不填", "most or least; default: as bundled"),
               False, _SENSES, ("判断方向",), example="不高于"),
        words("document", "文件", "某省义务教育办学标准（示例）",
              Text("文件名称和文号", "the document that states it"), needed=True),
        words("clause", "条款", "", Text("条款号", "clause")),
        *PROVENANCE,
    ),
    aliases=("督导标准", "指标阈值"),
)  # fmt: skip
