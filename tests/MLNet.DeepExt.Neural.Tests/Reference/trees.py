#!/usr/bin/env python3
"""Writes trees.json: the thresholds that scikit-learn's decision trees find on one column, by a target.

Run it in any folder; it writes beside itself. README.md says what each case is.
"""
import json
import pathlib

import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

HERE = pathlib.Path(__file__).resolve().parent
random = np.random.RandomState(9)
cases = {}


def put(name, value):
    value = np.array(value, dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = value


def single(values):
    return np.asarray(values, dtype=np.float32).astype(np.float64)


# Three columns: normal, long tails, values of a short list. The target jumps along each.
rows = 300
x = single(np.stack([
    300 + 20 * random.standard_normal(rows),
    np.exp(1.5 * random.standard_normal(rows)),
    random.randint(0, 9, rows)], axis=1))
signal = np.sin(x[:, 0] / 7) + (x[:, 1] > 0.4) + (x[:, 1] > 3) + np.where(x[:, 2] % 3 == 1, 1.5, 0)
numbers = single(np.stack([signal + 0.3 * random.standard_normal(rows), 50 * (x[:, 1] < 1) + 20 * random.standard_normal(rows)], axis=1))
classes = np.digitize(signal + 0.4 * random.standard_normal(rows), [0.6, 1.9])
put("x", x)
put("numbers", numbers)
put("classes", classes)
standard = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)


def thresholds(tree, column, target):
    tree = tree.fit(x[:, [column]], target).tree_
    return np.sort(tree.threshold[tree.children_left >= 0])


for leaves, least in ((4, 1), (12, 1), (12, 20)):
    options = {"max_leaf_nodes": leaves, "min_samples_leaf": least, "random_state": 0}
    for column in range(3):
        name = f"{leaves}.{least}.{column}"
        put(f"one.{name}", thresholds(DecisionTreeRegressor(**options), column, numbers[:, 0]))
        put(f"two.{name}", thresholds(DecisionTreeRegressor(**options), column, standard))
        put(f"classes.{name}", thresholds(DecisionTreeClassifier(**options), column, classes))

text = ",\n".join(
    f'  "{name}": {{"shape": {list(value.shape)}, "values": {json.dumps(value.ravel().tolist())}}}' for name, value in cases.items())
(HERE / "trees.json").write_text("{\n" + text + "\n}\n")
