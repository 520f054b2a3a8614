"""Disk cache, in the user's cache folder, of results that are slow and the same for all runs."""

from joblib import Memory
from platformdirs import user_cache_path

MEMORY = Memory(user_cache_path("xuewei"), verbose=0)
