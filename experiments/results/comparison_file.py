"""The files that ``xuewei compare`` leaves: a table, a page, and what a run of them needs."""

FOLDER, TABLE, NOTE_FILE = "compare", "compare.csv", "comparison.json"
