"""Learn the weights of the features from past origins, one horizon at a time."""

from dataclasses import dataclass

import numpy as np

from features.arrays import FloatArray
from models.progression import entry as entries
from models.progression import ratios as progressions
from models.progression.weights import learn_weights

REACH = 10  # horizons with weights of their own; longer ones use the last
FIRST_ORIGIN = 4  # earlier origins lack the windows available at the end
TRUST = 0.1  # strength of the prior as a share of the evidence of one origin one year ahead
ENTRY_TRUST = 1.0
STAGE_TRUST = 10.0
AREA_WORTH = 2.0  # weight of an area's total relative to its grades in the loss
CHAIN = 0.5  # weight of one horizon's estimate in the prior of the next

# Weights of a history without past origins: the levels of all areas add up to 1, and nearly so the
# area's own, whose level is shrunk already; see docs/decisions/009.
PROGRESSION_PRIOR = np.array([0.1, 0.5, 0.3, 0.1, 0.2, 0.75, 0.0])
ENTRY_PRIOR = np.array([0.2, 0.3, 0.0, 0.3])
BIRTHS_PRIOR = np.array([0.05, 0.25, 0.0, 0.2, 0.4, 0.1])
# At long horizons births dominate: recent entry is no longer informative.
BIRTHS_PRIOR_LATER = np.array([0.05, 0.2, 0.0, 0.2, 0.55, 0.1])
# A stage sums several grades and is smooth: its growth persists.
STAGE_PRIOR = np.array([0.0, 0.0, 1.0, 0.0])
STAGE_BIRTHS_PRIOR = np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0])


@dataclass(frozen=True)
class Known:
    """A history without gaps, with its progression ratios and entry grades.

    Parameters
    ----------
    pupils : (area, year, grade), 0 before the first report
    ratios : progression ratios
    outlooks : features of later ratios as available in each year
    entry : entry grades
    """

    pupils: FloatArray
    ratios: progressions.Ratios
    outlooks: list[FloatArray]
    entry: entries.Entry


@dataclass(frozen=True)
class Learned:
    """Weights by horizon.

    Parameters
    ----------
    progression : (step, feature) weights of ``ratios.NAMES``
    entry : (step, feature) weights of ``entry.NAMES`` without births
    births : (step, feature) weights of ``entry.NAMES`` where births are known
    """

    progression: FloatArray
    entry: FloatArray
    births: FloatArray


@dataclass(frozen=True)
class Examples:
    """Training data, one list element per origin.

    Parameters
    ----------
    features : (area, grade, feature)
    target : (area, grade)
    worth : (area, grade) weight of the target in pupils, 0 where it is not used
    """

    features: list[FloatArray]
    target: list[FloatArray]
    worth: list[FloatArray]

    def weights(self, prior: FloatArray, trust: float) -> FloatArray:
        """Return the weights of the first ``len(prior)`` features; ``prior`` without data.

        ``trust`` is divided by the number of origins, so the prior matters less with more of them.
        """
        if not self.features:
            return prior
        rows = [self.of(len(prior), origin) for origin in range(len(self.features))]
        x, y, worth = (np.concatenate(part) for part in zip(*rows, strict=True))
        return learn_weights(x, y, worth, prior, trust / len(self.features))

    def of(self, count: int, origin: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return features (row, feature), targets and worths of one origin: cells, then areas.

        An area's row is the weighted mean of its cells: to first order the log change of the sum,
        so that the component common to its grades is not lost in their own noise.
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
    """Return the log ratios observed ``step`` years after each origin, with their features."""
    origins = range(FIRST_ORIGIN, known.pupils.shape[1] - step)
    return Examples(
        [known.outlooks[origin] for origin in origins],
        [known.ratios.ratio[:, origin + step] for origin in origins],
        [known.ratios.size[:, origin + step] for origin in origins],
    )


def entry_examples(known: Known, step: int) -> Examples:
    """Return the growth of entry grades over ``step`` years from each origin."""
    entry = known.entry
    origins = range(FIRST_ORIGIN, known.pupils.shape[1] - step)
    heads, logs = ~known.ratios.linked[:, entry.grades], entry.log_pupils
    return Examples(
        [entries.features_at(entry, origin, step) for origin in origins],
        [logs[:, origin + step] - logs[:, origin] for origin in origins],
        [np.where(heads, entry.size[:, origin + step], 0.0) for origin in origins],
    )


def learn(known: Known, horizon: int) -> Learned:
    """Return weights for 1 … ``horizon`` years ahead, learned from all past origins.

    The prior of a horizon depends on the weights of the previous one, more strongly for long
    horizons, whose errors overlap; horizons beyond the history use the weights of the last one.
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
