"""The draws of a results folder, one compressed file per scenario."""

import zlib
from io import BytesIO
from dataclasses import fields
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import numpy as np

from data.language import Text
from data.problems import DataError, DataProblem
from forecasting.seat_draws import SeatDraws

FOLDER = "draws"


def draws_path(folder: Path, scenario: str) -> Path:
    """Return the path of the draws of ``scenario`` in a results folder."""
    return folder / FOLDER / f"{scenario}.npz"


def write_draws(draws: SeatDraws, path: Path) -> None:
    """Write ``draws`` to ``path``; equal draws give equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Like NumPy, with a lower compression level: a third of the time, a few per cent more bytes.
    with ZipFile(path, "w") as file:
        for field in fields(draws):
            array = BytesIO()
            np.lib.format.write_array(array, np.asarray(getattr(draws, field.name)))
            entry = ZipInfo(f"{field.name}.npy")  # dated 1980 so that equal draws give equal bytes
            file.writestr(entry, array.getbuffer(), ZIP_DEFLATED, compresslevel=1)


def read_draws(path: Path) -> SeatDraws:
    """Return the draws in ``path``.

    Raises
    ------
    DataError
        There is no such file, or it is not one that ``write_draws`` wrote.
    """
    try:
        with np.load(path, allow_pickle=False) as held:
            draws = SeatDraws(
                tuple(held["areas"].tolist()),
                tuple(held["stages"].tolist()),
                tuple(held["years"].tolist()),
                held["required"],
                held["available"],
            )
        return _expect_seats(draws)
    # A corrupt header may state an array larger than memory.
    except (OSError, BadZipFile, zlib.error, KeyError, ValueError, TypeError, AttributeError,
            MemoryError) as error:  # fmt: skip
        expected = Text("完整的抽样文件", "a complete file of draws")
        how_to_fix = Text("请重新运行预测", "run the forecast again")
        raise DataError([DataProblem(str(path), expected, how_to_fix)]) from error


def _expect_seats(draws: SeatDraws) -> SeatDraws:
    """Return ``draws``, or raise ValueError if the arrays do not match their labels."""
    labels = len(draws.areas), len(draws.stages), len(draws.years)
    kinds = (draws.areas, str), (draws.stages, str), (draws.years, int)
    for own, kind in kinds:
        if len(set(own)) < len(own) or not all(isinstance(one, kind) for one in own):
            raise ValueError(f"{own} are no labels")
    for seats in (draws.required, draws.available):
        # The sum is finite only if all values are, and needs no extra memory.
        finite = seats.dtype == np.float32 and np.isfinite(seats.sum(dtype=np.float64))
        if not finite or seats.shape[:-1] != labels:
            raise ValueError(f"{seats.dtype} of shape {seats.shape} over {labels}")
    if draws.required.shape != draws.available.shape:
        raise ValueError(f"shapes {draws.required.shape} and {draws.available.shape}")
    return draws
