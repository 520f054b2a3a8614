"""Learn from past origins how far to trust each feature, a horizon at a time."""

from dataclasses import dataclass

import numpy as np

from features.arrays import FloatArray
from models.progression import entry as entries
from models.progression import ratios as progressions
from models.progression.weights import learn_weights

REACH = 10  # years ahead that are learned apart; farther ones are as the last
FIRST_ORIGIN = 4  # an origin with fewer years behind it has not the windows the end will have
TRUST = 0.1  # strength of the prior: as much as this share of one origin's evidence a year ahead
ENTRY_TRUST = 1.0
STAGE_TRUST = 10.0
AREA_WORTH = 2.0  # of an area's total beside its grades, in what the weights are to foretell
CHAIN = 0.5  # how far the weights of one horizon are the prior of the next

# Near the middle of what the long histories among the benchmark sets taught, see docs.
PROGRESSION_PRIOR = np.array([0.1, 0.45, 0.25, 0.1, 0.25, 0.5, 0.15, 0.1])
ENTRY_PRIOR = np.array([0.2, 0.3, 0.0, 0.3])
BIRTHS_PRIOR = np.array([0.05, 0.25, 0.0, 0.2, 0.4, 0.1])
# Farther ahead births lead: what the last years told of the entry has gone by.
BIRTHS_PRIOR_LATER = np.array([0.05, 0.2, 0.0, 0.2, 0.55, 0.1])
# A stage is several grades deep and smooth: its growth goes on.
STAGE_PRIOR = np.array([0.0, 0.0, 1.0, 0.0])
STAGE_BIRTHS_PRIOR = np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0])


@dataclass(frozen=True)
class Known:
    """What a history without gaps says of progression and entry.

    Parameters
    ----------
    pupils : (area, year, grade), 0 where nobody was reported yet
    ratios : progression ratios
    outlooks : what each year could know of later ratios
    entry : grades that no grade feeds
    """

    pupils: FloatArray
    ratios: progressions.Ratios
    outlooks: list[progressions.Outlook]
    entry: entries.Entry


@dataclass(frozen=True)
class Learned:
    """Weights a year ahead.

    Parameters
    ----------
    progression : (step, feature) weights of ``ratios.NAMES``
    entry : (step, feature) weights of ``entry.NAMES`` but births
    births : (step, feature) weights of ``entry.NAMES`` where births are known
    """

    progression: FloatArray
    entry: FloatArray
    births: FloatArray


@dataclass(frozen=True)
class Examples:
    """What past origins offer to learn from, a list entry an origin.

    Parameters
    ----------
    features : (area, grade, feature)
    target : (area, grade)
    worth : (area, grade) pupils behind the target, 0 where it does not count
    """

    features: list[FloatArray]
    target: list[FloatArray]
    worth: list[FloatArray]

    def weights(self, prior: FloatArray, trust: float) -> FloatArray:
        """Return the weights of the first ``len(prior)`` features; ``prior`` if nothing is known.

        ``trust`` is shared among the origins, so the more of them the less the prior counts.
        """
        if not self.features:
            return prior
        rows = [self.of(len(prior), origin) for origin in range(len(self.features))]
        x, y, worth = (np.concatenate(part) for part in zip(*rows, strict=True))
        return learn_weights(x, y, worth, prior, trust / len(self.features))

    def of(self, count: int, origin: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return features (row, feature), targets and worths of one origin: cells, then areas.

        An area's row is the mean of its cells by worth: to first order the log change of the sum,
        so that what all grades of an area have in common is not lost among their own noise.
        """
        x, y = self.features[origin][..., :count], self.target[origin]
        known = np.isfinite(x).all(axis=-1) & np.isfinite(y)
        worth = np.where(known, self.worth[origin], 0.0)
        x, y = np.where(known[..., None], x, 0.0), np.where(known, y, 0.0)
        total = worth.sum(axis=1)
        share = worth / np.maximum(total, 1e-9)[:, None]
        return (
            np.concatenate([x.reshape(-1, count), np.einsum("ag,agf->af", share, x)]),
            np.concatenate([y.ravel(), (share * y).sum(axis=1)]),
            np.concatenate([worth.ravel(), AREA_WORTH * total]),
        )


def progression_examples(known: Known, step: int) -> Examples:
    """Return the log ratios seen ``step`` years after each origin and what foretold them."""
    origins = range(FIRST_ORIGIN, known.pupils.shape[1] - step)
    return Examples(
        [known.outlooks[origin].ahead(step) for origin in origins],
        [known.ratios.ratio[:, origin + step] for origin in origins],
        [known.ratios.size[:, origin + step] for origin in origins],
    )


def entry_examples(known: Known, step: int) -> Examples:
    """Return the growth of grades that no grade feeds over ``step`` years from each origin."""
    entry = known.entry
    origins = range(FIRST_ORIGIN, known.pupils.shape[1] - step)
    heads, logs = ~known.ratios.linked[:, entry.grades], entry.log_pupils
    return Examples(
        [entries.features_at(entry, origin, step) for origin in origins],
        [logs[:, origin + step] - logs[:, origin] for origin in origins],
        [np.where(heads, entry.size[:, origin + step], 0.0) for origin in origins],
    )


def learn(known: Known, horizon: int) -> Learned:
    """Return weights for 1 … ``horizon`` years ahead, learned over all origins of the past.

    The prior of a horizon leans on the weights of the horizon before, and far horizons, whose
    errors overlap, lean on it more; horizons beyond the history keep what the last one taught.
    """
    stages = not known.ratios.linked.any()
    first = (STAGE_PRIOR, STAGE_BIRTHS_PRIOR) if stages else (ENTRY_PRIOR, BIRTHS_PRIOR)
    trust = (STAGE_TRUST, 3 * STAGE_TRUST) if stages else (ENTRY_TRUST, ENTRY_TRUST)
    progression, plain, births = [PROGRESSION_PRIOR], [first[0]], [first[1]]
    for step in range(1, horizon + 1):
        rising = progression_examples(known, step)
        progression.append(rising.weights(progression[-1], TRUST * step))
        entering = entry_examples(known, step)
        if step > 1 and not stages:
            first = (ENTRY_PRIOR, BIRTHS_PRIOR_LATER)
        for weights, prior, strength in zip((plain, births), first, trust, strict=True):
            if entering.features:
                lean = prior if step == 1 else CHAIN * weights[-1] + (1 - CHAIN) * prior
                weights.append(entering.weights(lean, strength * step**2))
            else:
                weights.append(weights[-1])
    return Learned(np.stack(progression[1:]), np.stack(plain[1:]), np.stack(births[1:]))
