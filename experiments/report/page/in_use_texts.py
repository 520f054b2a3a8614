"""Texts of the report if no capacity is stated: demand is compared with the seats in use.

``{base}`` is the year of those seats.
"""

from data.language import Text

IN_USE_WORDS = {
    "available": Text("{base}年在用学位", "seats in use in {base}"),
    "gap": Text("比{base}年在用学位多（负为少）", "more than in use in {base} (negative: fewer)"),
    "interval": Text("其80%区间", "80 % interval of that"),
    "chance": Text("需求更多的概率", "probability of more"),
    "estimated_seats": Text(
        "{cells}没有可用学位的统计数，这里与{year}年在用学位相比：只说多少，不说缺口、短缺和预警。"
        "填写“学位”表后，就能与今天的学位相比。",
        "{cells} no counted seats: demand is compared with the seats in use in {year} and stated "
        "as more or fewer, without shortages or warnings. A capacity table enables a comparison "
        "with present seats.",
    ),
    "map": Text("地图：哪里多、哪里少", "Map: where more seats are needed and where fewer"),
    "map_reading": Text(
        "颜色和数字是需求比{base}年在用学位多（＋，紫色）或少（－，青色）的比例；粗边框表示多的概率"
        "不低于80%。",
        "Colour and number: share by which demand is above (+, purple) or below (-, green) the "
        "seats in use in {base}; a thick outline marks a probability of 80 % or more.",
    ),
    "fans_reading": Text(
        "深蓝线为需求学位（各次模拟的平均），深浅色带为80%和95%区间；虚线为{base}年在用学位；紫色为多出"
        "的部分；竖线为现在。各图纵轴不同。",
        "Dark blue: seats required (mean of the draws), with the 80 % and 95 % intervals; dashed: "
        "seats in use in {base}; purple: above them; vertical line: present. The scales differ.",
    ),
    "warnings": Text("多于{base}年在用学位的概率", "Probability of more than in use in {base}"),
    "warnings_reading": Text(
        "各年需求多于{base}年在用学位的概率，一半以上加框，八成以上加粗。没有可用学位的统计数，就没有学位预警。",
        "Probability that more seats are needed than in use in {base}: framed from one half on, "
        "bold from 80 %. Without a capacity table there are no warnings.",
    ),
    "idle": Text("先高峰、后减少", "Peak, then decline"),
    "idle_reading": Text(
        "高峰是现在起需求学位平均值最高的一年。“一直少”指此后每年都有八成以上把握少于{base}年在用学位。",
        "The peak is the year, from the present on, with the highest mean of seats required. Fewer "
        "from: the first year after which every year needs fewer seats than were in use in "
        "{base}, with a probability of at least 80 %.",
    ),
    "idle_table": Text("各县区：最多的一年与{until}年", "Counties: highest year, and {until}"),
    "short_year": Text("最多的年", "largest excess"),
    "short": Text("当年多", "excess that year"),
    "idle_from": Text("一直少始于", "fewer from"),
    "idle_seats": Text("{until}年少（负为多）", "fewer in {until} (negative: more)"),
}
