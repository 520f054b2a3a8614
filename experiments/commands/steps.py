"""Steps of a forecast: their names and the share of its time that each takes."""

from data.language import Text

READING = Text("读入", "reading")
LOADING = Text("加载", "loading")
COMPUTING = Text("计算", "computing")
WRITING = Text("写出结果", "writing results")
LOGGING = Text("记录", "logging")
# Measured on the default forecast.
SHARES = {READING: 0.05, LOADING: 0.05, COMPUTING: 0.25, WRITING: 0.25, LOGGING: 0.4}
