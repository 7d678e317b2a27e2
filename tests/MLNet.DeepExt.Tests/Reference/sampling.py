"""Writes sampling.json: mixtures of normal distributions cut off at 0 and 1, by scipy, and grids by numpy.

Run: python3 sampling.py   (numpy, scipy; the result was made with the versions that it names)
"""
import json

import numpy as np
import scipy
from scipy.stats import truncnorm


def mixture(units, prior_weight):
    marks = sorted([(unit, False) for unit in units] + [(0.5, True)])
    ends = [0.0] + [mark for mark, _ in marks] + [1.0]
    parts = []
    for place, (mark, is_prior) in enumerate(marks, start=1):
        widest = max(mark - ends[place - 1], ends[place + 1] - mark)
        deviation = 1.0 if is_prior else min(max(widest, 1 / min(100, len(units) + 2)), 1)
        weight = (prior_weight if is_prior else 1) / (len(units) + prior_weight)
        parts.append((weight, truncnorm(-mark / deviation, (1 - mark) / deviation, loc=mark, scale=deviation)))
    return parts


random = np.random.RandomState(3)
cases = []
for units, prior_weight in [
    ([], 1), ([0.2], 1), ([0.0, 1.0], 1), ([0.7, 0.7, 0.71], 1), (random.uniform(size=30).tolist(), 1),
    ((0.9 + 0.01 * random.uniform(size=150)).tolist(), 1), (random.uniform(size=5).tolist(), 0.25),
]:
    parts = mixture(units, prior_weight)
    places = [0, 0.05, 0.2, 0.49, 0.7, 0.905, 1]
    cases.append({
        "Units": units,
        "PriorWeight": prior_weight,
        "Places": places,
        "Densities": [float(sum(w * part.pdf(place) for w, part in parts)) for place in places],
        "Cumulative": [float(sum(w * part.cdf(place) for w, part in parts)) for place in places],
    })

grids = {
    "Linear": np.linspace(0.8, 0.99, 5).tolist(),
    "Log": np.geomspace(1e-4, 1e-1, 7).tolist(),
    "OneMinusLog": (1 - np.geomspace(0.1, 0.001, 4)).tolist(),
    "Integer": np.floor(np.linspace(3, 20, 6) + 0.5).astype(int).tolist(),
    "LogInteger": np.floor(np.geomspace(16, 1000, 5) + 0.5).astype(int).tolist(),
}

with open("sampling.json", "w") as file:
    json.dump({"Versions": {"numpy": np.__version__, "scipy": scipy.__version__}, "Cases": cases, "Grids": grids}, file, indent=1)
    file.write("\n")
