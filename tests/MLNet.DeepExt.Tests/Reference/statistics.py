"""Writes statistics.json: what scipy and statsmodels make of samples, tables, p-values, areas and set sizes.

Run: python3 statistics.py   (scipy 1.10 or later, statsmodels 0.13 or later; the result was made with the versions that it names)
"""
import json

import numpy as np
import scipy
import statsmodels
from scipy import special, stats
from statsmodels.stats import multitest, proportion

random = np.random.RandomState(4)


def floats(array):
    return [float(x) for x in array]


def two_samples(first, second):
    first, second = np.float32(first), np.float32(second)
    exact = stats.ks_2samp(first, second, method="exact")
    size = len(first) * len(second) / (len(first) + len(second))
    return {
        "first": floats(first),
        "second": floats(second),
        "statistic": float(exact.statistic),
        "exact": float(exact.pvalue),
        "asymptotic": float(special.kolmogorov(np.sqrt(size) * exact.statistic)),
    }


def table(first, second):
    statistic, p, freedom, _ = stats.chi2_contingency([first, second], correction=False)
    return {"first": first, "second": second, "statistic": statistic, "freedom": freedom, "p": p}


def delong(yes, no):
    """The area, and its variance by the placements of E. R. DeLong et al., 1988."""
    wins = (yes[:, None] > no[None, :]) + 0.5 * (yes[:, None] == no[None, :])
    variance = wins.mean(axis=1).var(ddof=1) / len(yes) + wins.mean(axis=0).var(ddof=1) / len(no)
    return {"yes": floats(yes), "no": floats(no), "area": float(wins.mean()), "variance": float(variance)}


p_values = floats(np.concatenate([random.uniform(size=12), random.uniform(size=8) ** 6, [0.03, 0.03, 1.0]]))
exact_tables = [(1, 19, 24, 19981), (0, 3, 25, 19997), (3, 1, 1, 3), (2, 0, 23, 40), (4, 6, 26, 194), (0, 9, 500, 500)]
counts = [(0, 1), (1, 1), (0, 50), (50, 50), (3, 20), (24, 1200), (1, 100000), (12345, 100000)]

with open("statistics.json", "w") as file:
    json.dump({
        "source": f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}",
        "quantiles": [[p, float(stats.norm.ppf(p))] for p in
                      [1e-300, 1e-20, 1e-5, 0.001, 0.025, 0.07, 0.08, 0.3, 0.5, 0.6, 0.8, 0.93, 0.975, 0.995, 1 - 1e-9]],
        "gammas": [[a, x, float(special.gammaincc(a, x))] for a in [0.5, 1, 2.5, 10, 49.5, 500]
                   for x in [0, 1e-3, 0.7, 3, 12, 48, 130, 560]],
        "betas": [[a, b, x, float(special.betainc(a, b, x))] for a in [0.5, 1, 4, 70, 3000.5] for b in [0.5, 1, 6, 900, 20000]
                  for x in [0, 1e-4, 0.02, 0.13, 0.5, 0.9, 1]],
        "kolmogorov": [
            two_samples(random.normal(size=1), random.normal(size=1)),
            two_samples(random.normal(size=3), random.normal(size=5)),
            two_samples(random.normal(size=20), random.normal(0.5, size=20)),
            two_samples(random.normal(size=31), random.normal(0.9, size=47)),
            two_samples(random.normal(size=90), random.normal(0, 1.4, size=100)),
            two_samples(random.normal(size=400), random.normal(0.12, size=300)),
            two_samples(random.normal(size=1000), random.normal(0, 1.2, size=1500)),
        ],
        "tables": [table([10, 20, 30], [20, 20, 20]), table([90, 10], [70, 30]), table([12, 5, 8, 40, 7], [15, 9, 6, 31, 30])],
        "p_values": p_values,
        "adjusted": floats(multitest.multipletests(p_values, method="fdr_bh")[1]),
        "areas": [delong(random.normal(1, 1, 30), random.normal(0, 1, 40)),
                  delong(random.randint(0, 5, 25) * 1.0, random.randint(0, 4, 15) * 1.0)],
        "intervals": [[errors, rows, confidence, *floats(proportion.proportion_confint(errors, rows, 1 - confidence, method))]
                      for method in ["wilson", "beta"] for errors, rows in counts for confidence in [0.9, 0.95, 0.999]],
        "sizes": [[a, b, confidence, power, float(proportion.samplesize_proportions_2indep_onetail(
                      a - b, b, power, alpha=1 - confidence, alternative="two-sided"))]
                  for a, b in [(0.02, 0.025), (0.5, 0.75), (0.1, 0.01), (0.001, 0.0012)]
                  for confidence, power in [(0.95, 0.8), (0.99, 0.9)]],
        "fisher": [[a, b, c, d, float(stats.fisher_exact([[a, b], [c, d]])[1])] for a, b, c, d in exact_tables],
        "students": [[t, freedom, float(stats.t.sf(t, freedom))] for t in [-3, 0, 0.5, 2.1, 8, 40] for freedom in [1, 4, 30]],
    }, file, indent=None)
    file.write("\n")
