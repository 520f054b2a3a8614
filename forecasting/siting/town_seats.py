"""New seats by town where children are known by town but without coordinates."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.stages import PLANNED
from features.arrays import FloatArray
from forecasting.siting.places import children_weights


def town_seats(
    towns: pd.DataFrame, wanted: pd.DataFrame, standards: pd.DataFrame, names: dict[str, str]
) -> pd.DataFrame:
    """Return new classes by town, allocated within the county in proportion to children.

    Parameters
    ----------
    towns : rows of ``settlements`` without coordinates
    wanted : year, children, seats by (adcode, stage)
    standards : class sizes
    names : adcode → name
    """
    sizes = standards[standards["measure"] == "class_size"].set_index("stage")["value"]
    parts = []
    for stage in PLANNED:
        share = pd.Series(children_weights(towns, stage), index=towns.index)
        size = float(sizes[stage.code])
        for adcode, own in towns.groupby("adcode"):
            if (adcode, stage.code) not in wanted.index:
                continue
            year, children, seats = wanted.loc[(adcode, stage.code)]
            part = share[own.index].to_numpy()
            classes = shared_out(part, int(np.ceil(seats / size - 1e-6)))
            parts.append(
                pd.DataFrame(
                    {
                        "adcode": adcode, "county": names[str(adcode)], "stage": stage.code,
                        "year": int(year), "settlement": own["id"], "name": own["name"],
                        "children": children * part, "classes": classes, "seats": classes * size,
                        "basis": "estimate",
                    }
                )
            )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def shared_out(share: FloatArray, classes: int) -> npt.NDArray[np.int64]:
    """Return integer classes in proportion to ``share`` by the largest remainder method.

    Parameters
    ----------
    share : (town,) shares that sum to 1
    classes : total to allocate


    >>> shared_out(np.array([0.5, 0.3, 0.2]), 4)
    array([2, 1, 1])
    """
    exact = share * max(classes, 0)
    allocated = np.floor(exact + 1e-9).astype(np.int64)
    first = np.argsort(allocated - exact, kind="stable")[: max(classes, 0) - int(allocated.sum())]
    allocated[first] += 1
    return allocated
