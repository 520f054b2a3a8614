"""What takes long to make and is the same for every command, kept in the user's cache."""

from joblib import Memory
from platformdirs import user_cache_path

MEMORY = Memory(user_cache_path("xuewei"), verbose=0)
