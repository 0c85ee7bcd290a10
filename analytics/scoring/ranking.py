"""How well a score ranks the true above the others: area under the ROC curve, average precision."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def auc(scores: Floats, true: Bools) -> float:
    """Chance that a true one scores above another; ties count half (Mann and Whitney 1947, Hanley 1982).

    NaN where all are true, or none.
    """
    positive, negative = int(true.sum()), int((~true).sum())
    if not positive or not negative:
        return float("nan")
    above = float(rankdata(scores)[true].sum()) - positive * (positive + 1) / 2
    return above / (positive * negative)


def average_precision(scores: Floats, true: Bools) -> float:
    """Mean, over the true ones, of the precision among all that score at least as high.

    Those that tie are told together, so that the order of the input does not matter. NaN where none is true.
    """
    if not true.any():
        return float("nan")
    levels, at = np.unique(-scores, return_inverse=True)
    hits = np.bincount(at, true, len(levels))
    precision = np.cumsum(hits) / np.cumsum(np.bincount(at, minlength=len(levels)))
    return float((precision * hits).sum() / hits.sum())
