"""Random numbers that depend on a seed and a name alone, never on order or worker count."""

from zlib import crc32

import numpy as np


def named_generator(seed: int, *names: str) -> np.random.Generator:
    """Return the generator that belongs to ``names`` (an area, a component …) under ``seed``.

    Two calls with equal arguments give equal streams, whichever process makes them, so a county's
    draws do not change when other counties are left out.
    """
    words = [crc32(name.encode()) for name in names]
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))
