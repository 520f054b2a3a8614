"""Names of the files that ``xuewei compare`` writes: table, page and data for the MLflow run."""

FOLDER, TABLE, NOTE_FILE = "compare", "compare.csv", "comparison.json"
EARLIER = "compare_earlier"  # folder of the comparison with an earlier forecast
