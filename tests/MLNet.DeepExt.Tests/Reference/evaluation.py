"""Writes evaluation.json: what scikit-learn makes of scored rows, and scipy of the intervals of metrics.

Run: python3 evaluation.py   (scikit-learn 1.2 or later, scipy 1.10 or later; the result was made with the versions that it names)
"""
import json

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import metrics as m

random = np.random.RandomState(7)


def floats(array):
    """As numbers; those of single precision with as few digits as tell them apart."""
    array = np.ravel(array)
    return [float(str(x)) for x in array] if array.dtype == np.float32 else [float(x) for x in array]


def calibration_error(right, confidence, weights, bins=10):
    """Rows in bins ((b - 1)/B, b/B] of their confidence; |share right - mean confidence| by weight."""
    place = np.clip(np.ceil(confidence * bins) - 1, 0, bins - 1)
    return sum(abs(np.sum((weights * (right - confidence))[place == b])) for b in range(bins)) / np.sum(weights)


def classes_of(names, y, said, scores, p, w):
    """The metrics that are alike for two and more classes."""
    given = {
        "accuracy": m.accuracy_score(y, said, sample_weight=w),
        "error rate": m.zero_one_loss(y, said, sample_weight=w),
        "balanced accuracy": m.balanced_accuracy_score(y, said, sample_weight=w),
        "Cohen's kappa": m.cohen_kappa_score(y, said, sample_weight=w),
        "Matthews correlation": m.matthews_corrcoef(y, said, sample_weight=w),
        "log loss": m.log_loss(y, p, sample_weight=w, eps=2.0**-23),
    }
    for average in ["micro", "macro", "weighted"]:
        precision, recall, f1, _ = m.precision_recall_fscore_support(y, said, average=average, sample_weight=w)
        given |= {f"{average} precision": precision, f"{average} recall": recall, f"{average} F1": f1}
    precision, recall, f1, support = m.precision_recall_fscore_support(y, said, sample_weight=w)
    per_class = [floats(x) for x in zip(precision, recall, f1, support)]
    return given, per_class


def binary(weighted):
    n = 200
    y = random.randint(0, 2, n)
    score = np.float32(np.round(random.normal(y - 0.6, 1.2), 2))  # with ties
    p = np.float32(1 / (1 + np.exp(-np.float64(score))))
    w = np.float32(random.uniform(0.2, 5, n)) if weighted else np.ones(n)
    said = np.int32(p > 0.5)
    q = np.float64(p)
    given, per_class = classes_of(["0", "1"], y, said, score, np.stack([1 - q, q], 1), w)
    confidence = np.where(said == 1, q, 1 - q)
    given |= {
        "F1": m.f1_score(y, said, sample_weight=w),
        "area under ROC curve": m.roc_auc_score(y, score, sample_weight=w),
        "area under precision-recall curve": m.average_precision_score(y, score, sample_weight=w),
        "Brier score": m.brier_score_loss(y, q, sample_weight=w),
        "expected calibration error": calibration_error(said == y, confidence, w),
    }
    return {
        "labels": y.tolist(), "scores": floats(score), "probabilities": floats(p), "weights": floats(w), "values": given,
        "classes": per_class, "confusion": floats(m.confusion_matrix(y, said, sample_weight=w)),
    }


def classes(weighted):
    n, k = 300, 4
    y = random.choice(k, n, p=[0.1, 0.2, 0.3, 0.4])
    logits = random.normal(0, 1, (n, k)) + 1.3 * np.eye(k)[y]
    p = np.float32(np.exp(logits) / np.exp(logits).sum(1, keepdims=True))
    w = np.float32(random.uniform(0.2, 5, n)) if weighted else np.ones(n)
    said = p.argmax(1)
    q = np.float64(p)
    q_normal = q / q.sum(1, keepdims=True)
    given, per_class = classes_of(None, y, said, p, q_normal, w)
    hot = np.eye(k)[y]
    given |= {
        "macro area under ROC curve": np.mean([m.roc_auc_score(y == c, q[:, c], sample_weight=w) for c in range(k)]),
        "macro area under precision-recall curve":
            np.mean([m.average_precision_score(y == c, q[:, c], sample_weight=w) for c in range(k)]),
        "top-2 accuracy": m.top_k_accuracy_score(y, q, k=2, sample_weight=w),
        "top-3 accuracy": m.top_k_accuracy_score(y, q, k=3, sample_weight=w),
        "Brier score": np.average(((q - hot) ** 2).sum(1), weights=w),
        "expected calibration error": calibration_error(said == y, q.max(1), w),
    }
    areas = [float(m.roc_auc_score(y == c, q[:, c], sample_weight=w)) for c in range(k)]
    return {
        "labels": y.tolist(), "scores": floats(p), "probabilities": [], "weights": floats(w), "values": given,
        "classes": [line + [area] for line, area in zip(per_class, areas)],
        "confusion": floats(m.confusion_matrix(y, said, sample_weight=w)),
    }


def regression(weighted):
    n = 150
    y = np.float32(random.normal(10, 4, n))
    said = np.float32(y + random.normal(0.3, 2, n))
    quantiles = np.float32(np.stack([said - 2.5, said, said + 2.5], 1))
    w = np.float32(random.uniform(0.2, 5, n)) if weighted else np.ones(n)
    t, s, q = np.float64(y), np.float64(said), np.float64(quantiles)
    given = {
        "root mean squared error": m.mean_squared_error(t, s, sample_weight=w, squared=False),
        "mean absolute error": m.mean_absolute_error(t, s, sample_weight=w),
        "R squared": m.r2_score(t, s, sample_weight=w),
        "pinball loss (0.1, 0.5, 0.9)": np.mean([m.mean_pinball_loss(t, q[:, i], alpha=a, sample_weight=w) for i, a in enumerate([0.1, 0.5, 0.9])]),
        "interval coverage": np.average((q[:, 0] <= t) & (t <= q[:, 2]), weights=w),
        "interval width": np.average(q[:, 2] - q[:, 0], weights=w),
    }
    return {
        "labels": floats(y), "scores": floats(said), "probabilities": floats(quantiles), "weights": floats(w), "values": given,
        "classes": [], "confusion": [],
    }


def intervals(case, statistics):
    """Percentile intervals of 9,999 samples, at 90 %."""
    columns = tuple(np.array(case[name]) for name in ["labels", "scores", "probabilities"])
    result = {}
    for name, statistic in statistics.items():
        found = stats.bootstrap(
            columns, statistic, paired=True, vectorized=False, n_resamples=9999, confidence_level=0.9, method="percentile",
            random_state=random)
        result[name] = [float(found.confidence_interval.low), float(found.confidence_interval.high), float(found.standard_error)]
    return result


def area(y, s, p):
    ranks = stats.rankdata(s)
    yes = y.sum()
    return (ranks[y == 1].sum() - yes * (yes + 1) / 2) / (yes * (len(y) - yes))


def f1(y, s, p):
    right = ((p > 0.5) & (y == 1)).sum()
    return 2 * right / ((p > 0.5).sum() + y.sum())


cases = {
    "binary": [binary(False), binary(True)], "classes": [classes(False), classes(True)], "regression": [regression(False), regression(True)],
}
numbers = dict(cases["regression"][0], probabilities=cases["regression"][0]["scores"])
result = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    **cases,
    "intervals": intervals(cases["binary"][0], {
        "accuracy": lambda y, s, p: np.mean((p > 0.5) == y), "F1": f1, "area under ROC curve": area,
    }) | intervals(numbers, {"root mean squared error": lambda y, s, p: np.sqrt(np.mean((y - s) ** 2))}),
}
with open("evaluation.json", "w") as file:
    json.dump(result, file, indent=None)
    file.write("\n")
