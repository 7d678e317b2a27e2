#!/usr/bin/env python3
"""Writes transforms.json: optimizers and transforms that PyTorch of Debian does not have, by the formulas of their papers, in NumPy.

Run it in any folder; it writes beside itself. README.md says what each case is.
"""
import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
STEPS = 12
random = np.random.RandomState(1)
cases = {}


def put(name, value):
    value = np.array(value, dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = value


def lion(theta, gradients, rates, b1, b2):
    """Chen et al. 2023, algorithm 2, without its weight decay."""
    m, path = np.zeros_like(theta), []
    for g, rate in zip(gradients, rates):
        theta = theta - rate * np.sign(b1 * m + (1 - b1) * g)
        m = b2 * m + (1 - b2) * g
        path.append(theta)
    return path


def momentum(theta, gradients, rates, beta):
    """With the correction of the bias."""
    v, path = np.zeros_like(theta), []
    for t, (g, rate) in enumerate(zip(gradients, rates), 1):
        v = beta * v + (1 - beta) * g
        theta = theta - rate * v / (1 - beta ** t)
        path.append(theta)
    return path


def lookahead(theta, gradients, rates, k, a):
    """Zhang et al. 2019, algorithm 1, around plain gradient descent."""
    slow, path = theta, []
    for t, (g, rate) in enumerate(zip(gradients, rates), 1):
        theta = theta - rate * g
        if t % k == 0:
            slow = slow + a * (theta - slow)
            theta = slow
        path.append(theta)
    return path


def orthogonal(g):
    """Jordan et al. 2024: five steps of Newton-Schulz."""
    x = g / (np.linalg.norm(g) + 1e-7)
    if g.shape[0] > g.shape[1]:
        x = x.T
    for _ in range(5):
        square = x @ x.T
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return x.T if g.shape[0] > g.shape[1] else x


def muon(weight, gradients, rates, beta):
    """Jordan et al. 2024 with Nesterov's momentum; weights are (inputs, units), where theirs are (units, inputs)."""
    m, path = np.zeros_like(weight), []
    for g, rate in zip(gradients, rates):
        m = beta * m + (1 - beta) * g
        update = orthogonal((1 - beta) * g + beta * m)
        weight = weight - rate * np.sqrt(max(1, weight.shape[1] / weight.shape[0])) * update
        path.append(weight)
    return path


start = np.round(random.standard_normal(6), 3)
gradients = np.round(random.standard_normal((STEPS, 6)), 3)
gradients[:4, 0] = 0
gradients[:, 1] *= 1e-6
gradients[:, 2] *= 1e4
falling = [0.3 / (1 + 0.5 * t) for t in range(STEPS)]
put("start", start)
put("gradients", gradients)
put("rates", falling)
put("lion.defaults", lion(start, gradients, falling, 0.9, 0.99))
put("lion.other", lion(start, gradients, falling, 0.5, 0.7))
put("momentum.0.9", momentum(start, gradients, falling, 0.9))
put("momentum.0.6", momentum(start, gradients, falling, 0.6))
put("lookahead.defaults", lookahead(start, gradients, falling, 5, 0.5))
put("lookahead.other", lookahead(start, gradients, falling, 3, 0.8))
for rows, columns in ((3, 5), (20, 7), (4, 4), (1, 6)):
    weight = np.round(random.standard_normal((rows, columns)), 3)
    slopes = np.round(random.standard_normal((4, rows, columns)), 3)
    put(f"muon.{rows}x{columns}.start", weight)
    put(f"muon.{rows}x{columns}.gradients", slopes)
    put(f"muon.{rows}x{columns}", muon(weight, slopes, falling, 0.95))

text = ",\n".join(
    f'  "{name}": {{"shape": {list(value.shape)}, "values": {json.dumps(value.ravel().tolist())}}}' for name, value in cases.items())
(HERE / "transforms.json").write_text("{\n" + text + "\n}\n")
