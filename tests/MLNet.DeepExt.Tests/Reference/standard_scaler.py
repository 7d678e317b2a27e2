"""Writes standard_scaler.json: data that is awkward to normalize, and what scikit-learn's StandardScaler makes of it.

Run: python3 standard_scaler.py   (scikit-learn 1.2 or later; the result was made with the version that it names)
"""
import json

import numpy as np
import sklearn
from sklearn.preprocessing import StandardScaler

random = np.random.RandomState(20)
rows = 40
training = np.column_stack([
    random.normal(0, 1, rows),                   # already normal
    random.normal(1e6, 1e-1 * 1e4, rows),        # a large mean
    random.normal(1e-6, 1e-7, rows),             # tiny numbers
    random.exponential(3, rows),                 # skewed
    random.randint(0, 2, rows),                  # 0 or 1
    (random.rand(rows) < 0.1) * 7.5,             # mostly 0
    np.full(rows, 0.1),                          # constant
    np.zeros(rows),                              # all 0
    random.normal(-5, 2, rows),                  # with NaN, below
]).astype(np.float32)
training[[3, 17, 30], 8] = np.nan

scaler = StandardScaler().fit(training.astype(np.float64))
fresh = training[::-1][:10] * np.float32(1.25)
fresh[:, 6] = np.float32(0.1)  # a constant column stays constant: outside it, scikit-learn's and our answers differ by design

def numbers(array):
    return [[None if np.isnan(x) else float(x) for x in row] for row in np.atleast_2d(array)]

with open("standard_scaler.json", "w") as file:
    json.dump({
        "source": f"StandardScaler of scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "training": numbers(training),
        "means": numbers(scaler.mean_)[0],
        "variances": numbers(scaler.var_)[0],
        "transformed": numbers(scaler.transform(training.astype(np.float64))),
        "fresh": numbers(fresh),
        "fresh_transformed": numbers(scaler.transform(fresh.astype(np.float64))),
    }, file, indent=None)
    file.write("\n")
