#!/usr/bin/env python3
"""Writes metrics.json: metrics computed by scikit-learn that the C# tests compare with.

Run it in any folder; it writes beside itself. README.md says what each case is.
Everything is drawn from fixed seeds in steps of 1/1024, which single precision holds exactly.
"""
import json
import pathlib
import warnings

import numpy as np
from sklearn import metrics
from sklearn.utils.class_weight import compute_class_weight

HERE = pathlib.Path(__file__).resolve().parent
ROWS = 40

cases = {}


def put(name, value):
    value = np.array(value, dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = {"shape": list(value.shape), "values": value}


def steps(random, *shape):
    return random.randint(1, 1024, shape) / 1024


def both(name, figure, weights):
    """Stores a figure of rows that weigh alike, and of rows with weights."""
    put(f"{name}", figure(None))
    put(f"{name}.weighted", figure(weights))


def classes(weights):
    # Of five classes nobody has or says the fourth; no rows at all of it.
    random = np.random.RandomState(1)
    p = np.zeros((ROWS, 5), dtype=np.float32)
    for row in range(ROWS):
        cuts = np.sort(random.randint(1, 1024, 3))
        p[row, [0, 1, 2, 4]] = np.diff(np.concatenate([[0], cuts, [1024]])) / 1024
    y = random.choice([0, 1, 2, 4], ROWS)
    p[0] = np.eye(5)[y[0]]
    p[1] = np.eye(5)[(y[1] + 1) % 3]  # a probability of 0 for the right class, or of 1
    said = p.argmax(axis=1)
    put("classes.outputs", p)
    put("classes.labels", y)
    both("classes.accuracy", lambda w: metrics.accuracy_score(y, said, sample_weight=w), weights)
    both("classes.macro F1", lambda w: metrics.f1_score(y, said, average="macro", sample_weight=w), weights)
    both("classes.micro F1", lambda w: metrics.f1_score(y, said, average="micro", sample_weight=w), weights)
    both("classes.log loss", lambda w: metrics.log_loss(y, p, labels=range(5), sample_weight=w), weights)


def binary(weights):
    random = np.random.RandomState(2)
    y = random.randint(0, 2, ROWS)
    p = np.clip(random.randint(0, 12, ROWS) + 4 * y, 0, 15) / 16  # many ties, and 0.5 among them
    said = (p > 0.5).astype(int)
    put("binary.outputs", p)
    put("binary.labels", y)
    both("binary.accuracy", lambda w: metrics.accuracy_score(y, said, sample_weight=w), weights)
    both("binary.F1", lambda w: metrics.f1_score(y, said, sample_weight=w), weights)
    both("binary.macro F1", lambda w: metrics.f1_score(y, said, average="macro", sample_weight=w), weights)
    both("binary.area under ROC curve", lambda w: metrics.roc_auc_score(y, p, sample_weight=w), weights)
    both("binary.log loss", lambda w: metrics.log_loss(y, p.astype(np.float32), sample_weight=w), weights)


def labels(weights):
    random = np.random.RandomState(3)
    y = (random.rand(ROWS, 6) < 0.35).astype(int)
    p = np.where(random.rand(ROWS, 6) < 0.8, 0.25 + 0.5 * y, 0.5)
    p = np.round((p + 0.3 * (random.rand(ROWS, 6) - 0.5)) * 32) / 32
    y[:, 5], p[:, 5] = 0, np.minimum(p[:, 5], 0.5)  # a label that nobody has or says
    y[0], y[1], y[2], p[2] = 0, 1, y[3], y[3]
    said = (p > 0.5).astype(int)
    put("labels.outputs", p)
    put("labels.labels", y)
    both("labels.subset accuracy", lambda w: metrics.accuracy_score(y, said, sample_weight=w), weights)
    both("labels.Hamming loss", lambda w: metrics.hamming_loss(y, said, sample_weight=w), weights)
    both("labels.macro F1", lambda w: metrics.f1_score(y, said, average="macro", sample_weight=w), weights)
    both("labels.micro F1", lambda w: metrics.f1_score(y, said, average="micro", sample_weight=w), weights)
    both("labels.label ranking average precision",
         lambda w: metrics.label_ranking_average_precision_score(y, p, sample_weight=w), weights)

    # The same with labels missing: label by label, or row by row, on those that are there. Row 4 has none.
    known = random.rand(ROWS, 6) < 0.7
    known[4] = False
    put("labels.known", known)
    rows = known.any(axis=1)
    each = [known[:, j] for j in range(6)]
    weight = lambda w, k: None if w is None else w[k]
    flat = lambda w: None if w is None else np.repeat(w, 6).reshape(ROWS, 6)[known]
    both("labels.missing.subset accuracy", lambda w: np.average(
        [metrics.accuracy_score([y[i, known[i]]], [said[i, known[i]]]) if known[i].sum() > 1 else y[i, known[i]][0] == said[i, known[i]][0]
         for i in np.flatnonzero(rows)], weights=weight(w, rows)), weights)
    both("labels.missing.Hamming loss", lambda w: metrics.zero_one_loss(y[known], said[known], sample_weight=flat(w)), weights)
    both("labels.missing.macro F1", lambda w: np.mean(
        [metrics.f1_score(y[k, j], said[k, j], sample_weight=weight(w, k)) for j, k in enumerate(each)]), weights)
    both("labels.missing.micro F1", lambda w: metrics.f1_score(y[known], said[known], sample_weight=flat(w)), weights)
    both("labels.missing.label ranking average precision", lambda w: np.average(
        [metrics.label_ranking_average_precision_score([y[i, known[i]]], [p[i, known[i]]]) if known[i].sum() > 1 else 1
         for i in np.flatnonzero(rows)], weights=weight(w, rows)), weights)


def numbers(weights):
    random = np.random.RandomState(4)
    y = np.round(random.standard_normal((ROWS, 3)) * [1, 10, 100] * 1024) / 1024 + [0, 5, 1000]
    said = np.round((y + random.standard_normal((ROWS, 3)) * [0.5, 12, 20]) * 256) / 256
    y = y.astype(np.float32).astype(np.float64)
    said = said.astype(np.float32).astype(np.float64)
    put("numbers.outputs", said)
    put("numbers.labels", y)
    known = random.rand(ROWS, 3) < 0.7
    put("numbers.known", known)
    for name, figure in {
        "root mean squared error": lambda *a, **k: metrics.mean_squared_error(*a, squared=False, **k),
        "mean absolute error": metrics.mean_absolute_error,
        "R squared": metrics.r2_score,
    }.items():
        both(f"numbers.{name}", lambda w: figure(y, said, sample_weight=w), weights)
        both(f"numbers.missing.{name}", lambda w: np.mean(
            [figure(y[k, j], said[k, j], sample_weight=None if w is None else w[k]) for j, k in enumerate(known.T)]), weights)

    quantiles = [0.05, 0.5, 0.95]
    put("quantiles.quantiles", quantiles)
    outputs = np.round((y[:, :2, None] + np.array([-1, 0, 1]) * [[[0.7], [9]]] + random.standard_normal((ROWS, 2, 3))) * 256) / 256
    put("quantiles.outputs", outputs.reshape(ROWS, 6))
    put("quantiles.labels", y[:, :2])
    both("quantiles.pinball loss", lambda w: np.mean(
        [metrics.mean_pinball_loss(y[:, :2], outputs[:, :, k], alpha=q, sample_weight=w) for k, q in enumerate(quantiles)]), weights)


def class_weights():
    y = np.repeat([0, 1, 3, 4], [3, 10, 20, 4])
    put("balanced.classes", y)
    put("balanced.weights", compute_class_weight("balanced", classes=np.unique(y), y=y))


def main():
    warnings.simplefilter("ignore")  # that F1 of a label without any yes is 0
    weights = np.random.RandomState(5).randint(1, 64, ROWS) / 16
    put("weights", weights)
    classes(weights)
    binary(weights)
    labels(weights)
    numbers(weights)
    class_weights()
    write(HERE / "metrics.json")


def write(path):
    """One line per matrix row: a changed number shows as one changed line."""
    def body(case):
        flat = case["values"].reshape(-1, case["shape"][-1] if case["shape"] else 1)
        lines = [", ".join(repr(v) for v in row) for row in flat.tolist()]
        return f"[{lines[0]}]" if len(lines) == 1 else "[\n    " + ",\n    ".join(lines) + "\n  ]"

    entries = [f'  "{name}": {{ "shape": {json.dumps(case["shape"])}, "values": {body(case)} }}' for name, case in cases.items()]
    path.write_text("{\n" + ",\n".join(entries) + "\n}\n")


if __name__ == "__main__":
    main()
