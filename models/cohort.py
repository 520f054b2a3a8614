"""The cohort model: entry, then grade progression, each from features weighted by experience."""

from dataclasses import dataclass

import numpy as np

from features.population import FloatArray
from models import entry as entries
from models import ratios as progressions
from models.history import EnrolmentHistory
from models.weights import learn_weights

PROGRESSION_PRIOR = np.array([0.1, 0.45, 0.25, 0.1, 0.2, 0.2, 0.0, 0.4, 0.1])
ENTRY_PRIOR = np.array([0.15, 0.05, 0.3, 0.0, 0.3, 0.0, 0.0])
STAGE_PRIOR = np.array([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0])
BIRTHS_PRIOR = np.array([0.05, 0.0, 0.25, 0.0, 0.2, 0.4, 0.1])
TRUST = 0.2
GRADE_TRUST = 15.0
ENTRY_TRUST = 2.0
FIRST_ORIGIN = 4
CHAIN = True
CH = 0.7


@dataclass(frozen=True)
class Learned:
    """Weights a year ahead.

    Parameters
    ----------
    progression : (step, feature) weights of ``ratios.NAMES``
    entry : (step, feature) weights of ``entry.NAMES`` where no births are known
    births : (step, feature) weights of ``entry.NAMES`` where births are known
    """

    progression: FloatArray
    entry: FloatArray
    births: FloatArray


def weighted_features(
    table: list[tuple[FloatArray, FloatArray, FloatArray]], prior: FloatArray, trust: float
) -> FloatArray:
    """Return the weights learned from (features, target, worth) of several origins."""
    if not table:
        return prior
    x = np.concatenate([rows.reshape(-1, rows.shape[-1]) for rows, _, _ in table])
    y = np.concatenate([target.ravel() for _, target, _ in table])
    worth = np.concatenate([size.ravel() for _, _, size in table])
    return learn_weights(x, y, worth, prior, trust / len(table))


def learn(ratios: progressions.Ratios, entry: entries.Entry, horizon: int) -> Learned:
    """Return weights for 1 … ``horizon`` years ahead, learned over all origins of the past."""
    years = ratios.ratio.shape[1]
    heads = ~ratios.linked
    found: list[list[FloatArray]] = [[], [], []]
    known = {o: progressions.features_at(ratios, o) for o in range(FIRST_ORIGIN, years - 1)}
    prior = [PROGRESSION_PRIOR, ENTRY_PRIOR, BIRTHS_PRIOR]
    if not ratios.linked.any():
        prior = [PROGRESSION_PRIOR, STAGE_PRIOR, STAGE_PRIOR]
    fixed = list(prior)
    trust = [TRUST, ENTRY_TRUST, ENTRY_TRUST] if ratios.linked.any() else [TRUST, 10.0, 30.0]
    for step in range(1, horizon + 1):
        origins = range(FIRST_ORIGIN, years - step)
        tables: list[list[tuple[FloatArray, FloatArray, FloatArray]]] = [[], [], []]
        for o in origins:
            size = ratios.size[:, o + step]
            tables[0].append((known[o], ratios.ratio[:, o + step], size))
            x = entries.features_at(entry, o, step)
            target = entry.log_pupils[:, o + step] - entry.log_pupils[:, o]
            worth = np.where(heads, entry.size[:, o + step], 0.0)
            tables[1].append((x[..., :5], target, worth))
            tables[2].append((x, target, worth))
        for kind in range(3):
            base = prior[kind][:5] if kind == 1 else prior[kind]
            weights = weighted_features(tables[kind], base, trust[kind] * step)
            if kind == 0:
                G = ratios.ratio.shape[2]
                if tables[0]:
                    found[0].append(
                        np.stack(
                            [
                                weighted_features(
                                    [(x[:, g], y[:, g], n[:, g]) for x, y, n in tables[0]],
                                    weights,
                                    GRADE_TRUST * step,
                                )
                                for g in range(G)
                            ]
                        )
                    )
                else:
                    found[0].append(found[0][-1] if found[0] else np.stack([weights] * G))
            else:
                found[kind].append(weights)
            if tables[kind] and (kind == 0 or CHAIN):
                w_ = np.concatenate([weights, np.zeros(2)]) if kind == 1 else weights
                prior[kind] = w_ if kind==0 else CH*w_ + (1-CH)*fixed[kind]
    return Learned(*(np.stack(weights) for weights in found))


def project(
    pupils: FloatArray,
    ratios: progressions.Ratios,
    entry: entries.Entry,
    learned: Learned,
    origin: int,
    horizon: int,
) -> FloatArray:
    """Return pupils (area, step, grade) forecast from year index ``origin``."""
    before = np.nan_to_num(pupils[:, origin])
    base = before
    features = progressions.features_at(ratios, origin)
    steps = []
    for step in range(horizon):
        ratio = np.exp(np.einsum("agf,gf->ag", features, learned.progression[step]))
        x = entries.features_at(entry, origin, step + 1)
        plain = x[..., :5] @ learned.entry[step]
        born = np.nan_to_num(x) @ learned.births[step]
        change = np.where(np.isfinite(x).all(axis=-1), born, np.nan_to_num(plain))
        fed = np.zeros_like(before)
        fed[:, 1:] = before[:, :-1]
        before = np.where(ratios.linked, fed * ratio, base * np.exp(change))
        steps.append(before)
    return np.stack(steps, axis=1)
