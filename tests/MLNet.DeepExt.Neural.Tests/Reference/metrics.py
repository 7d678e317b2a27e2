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


def values(name):
    return cases[name]["values"]


def put_per_class(case, of_each, support, pooled, names, weights):
    """Averages of a figure that every class has, from the figure of each class and the weight of its rows."""
    def average(kind, w):
        if kind == "micro":
            return pooled(w)
        each, weight = np.array(of_each(w), dtype=float), np.array(support(w), dtype=float)
        told = ~np.isnan(each)
        if kind == "macro":
            return each[told].mean()
        return np.average(each[told], weights=weight[told]) if kind == "weighted" else each[told & (weight > 0)].min()

    for kind in names:
        both(case.format(kind), lambda w: average(kind, w), weights)


def ones(w):
    return np.ones(ROWS) if w is None else w


def calibration_error(probability, is_right, weights, bins):
    """The definition, bin by bin: the share of rows times how far the accuracy is from the confidence."""
    w, total = ones(weights), 0
    for lower, upper in zip(np.arange(bins) / bins, np.arange(1, bins + 1) / bins):
        inside = (probability > lower) & (probability <= upper)
        if inside.any():
            share = w[inside].sum() / w.sum()
            total += share * abs(np.average(is_right[inside], weights=w[inside]) - np.average(probability[inside], weights=w[inside]))
    return total


def area_by_ranks(y, p, w):
    return np.nan if y.min() == y.max() else metrics.roc_auc_score(y, p, sample_weight=w)


def area_by_steps(y, p, w):
    return metrics.average_precision_score(y, p, sample_weight=w) if y.any() else np.nan


def alarms(y, said, w):
    """False positives in 24 hours of rows of a minute."""
    return metrics.confusion_matrix(y, said, sample_weight=w)[0, 1] * 24 * 60 / w.sum()


def more_of_classes(weights):
    p, y = values("classes.outputs"), values("classes.labels").astype(int)
    said, there = p.argmax(axis=1), [0, 1, 2, 4]
    put_decisions("classes", y, said, there, weights)
    for number, name in [(1, "recall of class 1"), (4, "recall of class 4")]:
        both(f"classes.{name}", lambda w: metrics.recall_score(y, said, labels=[number], average="macro", sample_weight=w), weights)
    both("classes.precision of class 3", lambda w: metrics.precision_score(y, said, labels=[3], average="macro", sample_weight=w), weights)
    # Reversed, so that of equal outputs those of the first classes stand above.
    both("classes.top-2 accuracy", lambda w: metrics.top_k_accuracy_score(
        4 - y, p[:, ::-1], k=2, labels=range(5), sample_weight=w), weights)
    both("classes.top-1 accuracy", lambda w: metrics.accuracy_score(y, said, sample_weight=w), weights)
    both("classes.Brier score", lambda w: np.average(((p - np.eye(5)[y]) ** 2).sum(axis=1), weights=w), weights)
    both("classes.expected calibration error", lambda w: calibration_error(p.max(axis=1), said == y, w, 10), weights)
    for kind in ["macro", "weighted"]:
        both(f"classes.{kind} area under ROC curve", lambda w: metrics.roc_auc_score(
            y, p[:, there], multi_class="ovr", average=kind, labels=there, sample_weight=w), weights)
    for name, area in [("ROC", area_by_ranks), ("precision-recall", area_by_steps)]:
        put_per_class(
            f"classes.{{}} area under {name} curve", lambda w: [area(y == k, p[:, k], w) for k in range(5)],
            lambda w: [ones(w)[y == k].sum() for k in range(5)], None,
            ["worst"] if name == "ROC" else ["macro", "weighted", "worst"], weights)
    both("classes.area under precision-recall curve of class 2", lambda w: area_by_steps(y == 2, p[:, 2], w), weights)
    both("classes.false positives per 24 hours (rows of 00:01:00) of class 1", lambda w: alarms(y == 1, said == 1, ones(w)), weights)


def put_decisions(case, y, said, there, weights):
    figures = {
        "precision": metrics.precision_score,
        "recall": metrics.recall_score,
        "F1": metrics.f1_score,
        "F2": lambda *a, **k: metrics.fbeta_score(*a, beta=2, **k),
    }
    for name, figure in figures.items():
        for kind in ["macro", "micro", "weighted"]:
            if f"{case}.{kind} {name}" not in cases:
                both(f"{case}.{kind} {name}", lambda w: figure(y, said, average=kind, sample_weight=w), weights)
        both(f"{case}.worst {name}", lambda w: figure(y, said, labels=there, average=None, sample_weight=w).min(), weights)
    if case == "labels":
        return
    both(f"{case}.balanced accuracy", lambda w: metrics.balanced_accuracy_score(y, said, sample_weight=w), weights)
    both(f"{case}.error rate", lambda w: metrics.zero_one_loss(y, said, sample_weight=w), weights)
    both(f"{case}.Matthews correlation", lambda w: metrics.matthews_corrcoef(y, said, sample_weight=w), weights)
    for name, kind in [("", None), ("linear ", "linear"), ("quadratic ", "quadratic")]:
        # Of all classes: without it, a class that nobody has or says would be no step between its neighbours.
        both(f"{case}.{name}Cohen's kappa", lambda w: metrics.cohen_kappa_score(
            y, said, labels=range(y.max() + 1), weights=kind, sample_weight=w), weights)


def more_of_binary(weights):
    p, y = values("binary.outputs").ravel(), values("binary.labels").astype(int)
    said = (p > 0.5).astype(int)
    put_decisions("binary", y, said, [0, 1], weights)
    both("binary.precision", lambda w: metrics.precision_score(y, said, sample_weight=w), weights)
    both("binary.recall", lambda w: metrics.recall_score(y, said, sample_weight=w), weights)
    both("binary.F2", lambda w: metrics.fbeta_score(y, said, beta=2, sample_weight=w), weights)
    both("binary.recall of class 0", lambda w: metrics.recall_score(y, said, pos_label=0, sample_weight=w), weights)
    both("binary.Brier score", lambda w: metrics.brier_score_loss(y, p, sample_weight=w), weights)
    both("binary.expected calibration error", lambda w: calibration_error(np.maximum(p, 1 - p), said == y, w, 10), weights)
    both("binary.macro area under ROC curve", lambda w: metrics.roc_auc_score(y, p, sample_weight=w), weights)
    both("binary.area under precision-recall curve", lambda w: metrics.average_precision_score(y, p, sample_weight=w), weights)
    both("binary.macro area under precision-recall curve", lambda w: np.mean(
        [area_by_steps(1 - y, 1 - p, w), area_by_steps(y, p, w)]), weights)
    both("binary.area under precision-recall curve of class 0", lambda w: area_by_steps(1 - y, 1 - p, w), weights)
    rate = lambda k: lambda w: alarms(y[k], said[k], ones(w)[k])
    both("binary.false positives per 24 hours (rows of 00:01:00)", rate(np.full(ROWS, True)), weights)
    both("binary.false positives per 24 hours (rows of 00:01:00) of class 0", lambda w: alarms(1 - y, 1 - said, ones(w)), weights)

    # The same as a single label, which some rows do not have.
    known = np.random.RandomState(6).rand(ROWS) < 0.7
    put("label.outputs", p[:, None])
    put("label.labels", y[:, None])
    put("label.known", known[:, None])
    both("label.F1", lambda w: metrics.f1_score(y, said, sample_weight=w), weights)
    both("label.missing.recall", lambda w: metrics.recall_score(y[known], said[known], sample_weight=ones(w)[known]), weights)
    both("label.missing.area under ROC curve", lambda w: area_by_ranks(y[known], p[known], ones(w)[known]), weights)
    both("label.missing.area under precision-recall curve", lambda w: area_by_steps(y[known], p[known], ones(w)[known]), weights)
    both("label.missing.false positives per 24 hours (rows of 00:01:00)", rate(known), weights)


def more_of_labels(weights):
    p, y, known = values("labels.outputs"), values("labels.labels").astype(int), values("labels.known").astype(bool)
    said = (p > 0.5).astype(int)
    put_decisions("labels", y, said, np.flatnonzero(y.any(axis=0)), weights)
    both("labels.recall of class 2", lambda w: metrics.recall_score(y[:, 2], said[:, 2], sample_weight=w), weights)
    for name, is_known in [("labels.{} %s", np.full_like(known, True)), ("labels.missing.{} %s", known)]:
        def each(figure, outputs):
            return lambda w: [figure(y[k, j], outputs[k, j], sample_weight=ones(w)[k]) for j, k in enumerate(is_known.T)]

        support = lambda w: [ones(w)[k] @ y[k, j] for j, k in enumerate(is_known.T)]
        flat = lambda w: np.repeat(ones(w), 6).reshape(ROWS, 6)[is_known]
        both(name.format("false positives per 24 hours (rows of 00:01:00)") % "of class 2", lambda w, k=is_known[:, 2]: alarms(y[k, 2], said[k, 2], ones(w)[k]), weights)
        kinds = ["macro", "weighted", "worst"]
        for figure, area in [("area under ROC curve", area_by_ranks), ("area under precision-recall curve", area_by_steps)]:
            put_per_class(name % figure, each(lambda a, b, sample_weight: area(a, b, sample_weight), p), support, None, kinds, weights)
        if is_known.all():
            continue
        for figure, score in [("precision", metrics.precision_score), ("recall", metrics.recall_score)]:
            put_per_class(
                name % figure, each(score, said), support,
                lambda w: score(y[known], said[known], sample_weight=flat(w)), [*kinds, "micro"], weights)


def intervals(weights):
    y, outputs = values("quantiles.labels"), values("quantiles.outputs").reshape(ROWS, 2, 3)
    known = np.random.RandomState(7).rand(ROWS, 2) < 0.7
    put("quantiles.known", known)
    lower, upper = outputs[:, :, 0], outputs[:, :, 2]
    for name, figure in [("coverage", (lower <= y) & (y <= upper)), ("width", upper - lower)]:
        both(f"quantiles.interval {name}", lambda w: np.average(figure, axis=0, weights=w).mean(), weights)
        both(f"quantiles.missing.interval {name}", lambda w: np.mean(
            [np.average(figure[k, j], weights=ones(w)[k]) for j, k in enumerate(known.T)]), weights)


def class_weights():
    y = np.repeat([0, 1, 3, 4], [3, 10, 20, 4])
    put("balanced.classes", y)
    put("balanced.weights", compute_class_weight("balanced", classes=np.unique(y), y=y))


def main():
    warnings.simplefilter("ignore")  # that figures of a label without any yes are 0
    weights = np.random.RandomState(5).randint(1, 64, ROWS) / 16
    put("weights", weights)
    classes(weights)
    binary(weights)
    labels(weights)
    numbers(weights)
    class_weights()
    more_of_classes(weights)
    more_of_binary(weights)
    more_of_labels(weights)
    intervals(weights)
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
