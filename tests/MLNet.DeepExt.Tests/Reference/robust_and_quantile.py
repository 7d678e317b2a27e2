"""Writes robust_and_quantile.json: data that is awkward to normalize, and what scikit-learn's RobustScaler and QuantileTransformer do to it.

Run: python3 robust_and_quantile.py   (scikit-learn 1.2 or later; the result was made with the versions that it names)
"""
import json

import numpy as np
import scipy
import sklearn
from scipy.stats import norm
from sklearn.preprocessing import QuantileTransformer, RobustScaler

random = np.random.RandomState(21)


def numbers(array):
    return [[None if np.isnan(x) else float(x) for x in row] for row in np.atleast_2d(array)]


def case(training, fresh):
    training, fresh = training.astype(np.float32), fresh.astype(np.float32)
    wide, wide_fresh = training.astype(np.float64), fresh.astype(np.float64)
    robust = RobustScaler().fit(wide)
    quantile = QuantileTransformer(n_quantiles=1000, output_distribution="normal", subsample=10**9).fit(wide)
    ranks = np.linspace(-5.5, 5.5, 23)
    return {
        "training": numbers(training),
        "fresh": numbers(fresh),
        "medians": numbers(robust.center_)[0],
        "ranges": numbers(robust.scale_)[0],
        "scaled": numbers(robust.transform(wide_fresh)),
        "quantiles": numbers(quantile.quantiles_.T),
        "normal": numbers(quantile.transform(wide_fresh)),
        "normal_input": ranks.astype(np.float32).tolist(),
        "inverse": numbers(quantile.inverse_transform(np.tile(ranks.astype(np.float32).astype(np.float64)[:, None], training.shape[1]))),
    }


rows = 60
many = np.column_stack([
    random.normal(0, 1, rows),                                     # already normal
    random.normal(1e6, 1e3, rows),                                 # a large mean
    random.lognormal(0, 3, rows),                                  # a long tail
    np.r_[-3, random.randint(0, 4, rows - 2), 9],                  # ties
    np.r_[-2.5, np.zeros(rows - 5), 1, 2.5, 4, 80],                # mostly 0: the quartiles are equal
    random.normal(-5, 2, rows),                                    # with NaN, below
])
many[[3, 17, 30], 5] = np.nan
few = np.array([[1.0, 5.0], [2.0, 7.0], [4.0, 7.0], [9.0, 8.0]])   # four rows, a tie
long = np.round(random.standard_cauchy((1700, 1)), 2)                # more rows than quantiles, ties
probabilities = [1e-10, 1e-7, 1e-5, 0.001, 0.02, 0.074, 0.076, 0.3, 0.4999, 0.5, 0.7, 0.925, 0.926, 0.99, 0.99999, 1 - 1e-7]

with open("robust_and_quantile.json", "w") as file:
    json.dump({
        "source": f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}",
        "cases": {
            "many": case(many, np.r_[many, many[:20] * 1.25, many[20:40] + 0.4]),
            "few": case(few, np.array([[1.5, 6.0], [4.0, 7.0], [8.0, 7.5], [3.0, 5.5], [0.0, 4.0], [10.0, 9.0]])),
            "long": case(long, np.r_[long[:50], long[:50] * 0.9]),
        },
        "probabilities": probabilities,
        "percentage_points": norm.ppf(probabilities).tolist(),
        "tail_points": np.linspace(0, 7, 29).tolist(),
        "tails": norm.sf(np.linspace(0, 7, 29)).tolist(),
    }, file, indent=None)
    file.write("\n")
