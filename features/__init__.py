"""Population and urbanization pipelines: tables to arrays over (area, year, age, draw)."""
