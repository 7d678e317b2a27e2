#!/usr/bin/env python3
"""Writes encoders.json: what input encoders learn of columns, and what they compute.

Scalers are those of scikit-learn; embeddings follow the formulas of Gorishniy et al. 2022 ("On embeddings for numerical features in
tabular deep learning") in NumPy, with gradients by the chain rule that are compared with differences here. Run it in any folder; it
writes beside itself. README.md says what each case is.
"""
import json
import pathlib

import numpy as np
from sklearn.preprocessing import RobustScaler, StandardScaler

HERE = pathlib.Path(__file__).resolve().parent
random = np.random.RandomState(7)
cases = {}


def put(name, value):
    value = np.array(value, dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = value


def single(values):
    return np.asarray(values, dtype=np.float32).astype(np.float64)


# Four columns: normal far from 0, long tails, mostly 0, constant. Of 60 rows 45 are learned from; the others go beyond them.
rows, learned = 60, 45
x = single(np.stack([
    300 + 20 * random.standard_normal(rows),
    np.exp(1.5 * random.standard_normal(rows)),
    np.where(random.uniform(size=rows) < 0.8, 0, random.randint(1, 5, rows)),
    np.full(rows, 2.5)], axis=1))
x[learned:, :3] *= 1.7
x[-1, 3] = 4
train = x[:learned]
put("x", x)
put("train", train)

scaler = StandardScaler().fit(train)
put("standard.means", scaler.mean_)
put("standard.deviations", np.sqrt(scaler.var_))
put("standard.y", scaler.transform(x)[:, :3])

robust = RobustScaler().fit(train)
spread = np.ptp(train, axis=0)
scales = np.array([
    1 / q if q > 0 else (2 / s if s > 0 else 0)
    for q, s in zip(np.subtract(*np.percentile(train, [75, 25], axis=0)), spread)])
z = (x - robust.center_) * scales
assert np.allclose(z[:, :2], robust.transform(x)[:, :2])
put("robust.medians", robust.center_)
put("robust.scales", scales)
put("robust.z", z)
put("robust.y", z / np.sqrt(1 + (z / 3) ** 2))

BINS = 6


def bin_edges(x, bins):
    """Values that hold more than one bin's share of the rows left are edges and leave the rows; "nearest" quantiles of the rest."""
    v = np.unique(x)
    if len(v) <= bins + 1:
        return v
    heavy, rest = v[:0], x
    for _ in range(8):
        left = bins + 1 - len(heavy)
        u, count = np.unique(rest, return_counts=True)
        big = u[count > len(rest) / left]
        if len(big) == 0:
            break
        assert len(big) <= left - 2  # beyond, the layer differs: it has at most as many bins as it is given
        heavy, rest = np.concatenate([heavy, big]), rest[~np.isin(rest, big)]
    q = np.quantile(rest, np.linspace(0, 1, bins + 1 - len(heavy)), method="nearest")
    return np.unique(np.concatenate([heavy, q, v[[0, -1]]]))


# Edges alone, of columns with ties: a spike at 0 with a long tail, two spikes, values of a short list, few values.
other = np.random.RandomState(8)
ties = single(np.stack([
    np.where(other.uniform(size=400) < 0.9, 0, np.exp(3 * other.standard_normal(400))),
    np.where(other.uniform(size=400) < 0.4, -1, np.where(other.uniform(size=400) < 0.5, 7, 10 * other.standard_normal(400))),
    np.floor(12 * other.uniform(size=400) ** 2),
    other.randint(0, 7, 400)], axis=1))
put("ties.x", ties)
for bins in (6, 8, 48):
    for j in range(4):
        put(f"ties.{bins}.{j}", bin_edges(ties[:, j], bins))

edges = [bin_edges(column, BINS) if np.ptp(column) > 0 else np.zeros(0) for column in train.T]


def encode(values):
    """Equation 1 of the paper, limited to 5 widths of the open bins, zeros where a column has fewer bins: (rows, columns, BINS)."""
    e = np.zeros(values.shape + (BINS,))
    for j, b in enumerate(edges):
        count = len(b) - 1
        for t in range(1, count + 1):
            ratio = (values[:, j] - b[t - 1]) / (b[t] - b[t - 1])
            below = (values[:, j] < b[t - 1]) & (t > 1)
            above = (values[:, j] >= b[t]) & (t < count)
            e[:, j, t - 1] = np.clip(np.where(below, 0, np.where(above, 1, ratio)), -5, 5)
    return e


def slopes(values):
    """d encode / dx."""
    d = np.zeros(values.shape + (BINS,))
    for j, b in enumerate(edges):
        count = len(b) - 1
        for t in range(1, count + 1):
            inside = ((values[:, j] >= b[t - 1]) | (t == 1)) & ((values[:, j] < b[t]) | (t == count))
            inside &= np.abs((values[:, j] - b[t - 1]) / (b[t] - b[t - 1])) < 5
            d[:, j, t - 1] = inside / (b[t] - b[t - 1])
    return d


for j, b in enumerate(edges):
    put(f"piecewise.edges.{j}", b)
put("piecewise.e", encode(x).reshape(rows, -1))


def map_columns(e, w, b, relu):
    out = np.einsum("rck,ckd->rcd", e, w) + b
    return np.maximum(out, 0) if relu else out


def put_mapped(name, encoding, values, w, b, relu, dy, d_encoding, shared):
    """y and the gradients of Σ dy·y: of x, W (summed over columns where they share it) and b."""
    e = encoding(values)
    y = map_columns(e, w, b, relu)
    gated = np.where(y > 0, dy, 0) if relu else dy
    de = np.einsum("rcd,ckd->rck", gated, w)
    dw, db = np.einsum("rck,rcd->ckd", e, gated), gated.sum(axis=0)
    put(f"{name}.y", y.reshape(len(values), -1))
    put(f"{name}.dx", (de * d_encoding(values)).sum(axis=-1))
    put(f"{name}.dw", dw.sum(axis=0) if shared else dw.reshape(-1, dw.shape[-1]))
    put(f"{name}.db", db.sum(axis=0, keepdims=True) if shared else db)
    step = 1e-6
    dx = (de * d_encoding(values)).sum(axis=-1)

    def total(at):
        return (map_columns(encoding(at), w, b, relu) * dy).sum(axis=(1, 2))

    for j in range(values.shape[1]):
        up, down = values.copy(), values.copy()
        up[:, j] += step
        down[:, j] -= step
        central, right = (total(up) - total(down)) / (2 * step), (total(up) - total(values)) / step  # from an edge on, to the right
        near = np.minimum(np.abs(central - dx[:, j]), np.abs(right - dx[:, j])) <= 1e-5 * (1 + np.abs(central))
        assert near.mean() > 0.9, (name, j)  # a ReLU bends some rows
    return de, e


D = 5
w = np.round(random.standard_normal((4, BINS, D)), 6)
b = np.round(random.standard_normal((4, D)), 6)
dy = np.round(random.standard_normal((rows, 4, D)), 3)
put("piecewise.w", w.reshape(-1, D))
put("piecewise.b", b)
put("piecewise.dy", dy.reshape(rows, -1))
put_mapped("piecewise.linear", encode, x, w, b, False, dy, slopes, False)
put_mapped("piecewise.relu", encode, x, w, b, True, dy, slopes, False)

# With x·w added ("version B" of TabM): one more number of the encoding, x itself.
z_train = single(robust.transform(train))
edges = [bin_edges(column, BINS) if np.ptp(column) > 0 else np.zeros(0) for column in z_train.T]
z_x = single(robust.transform(x))
linear = np.round(other.standard_normal((4, D)), 6)
put("piecewise.scaled", z_x)
put("piecewise.scaledtrain", z_train)
put("piecewise.w0", linear)
put_mapped(
    "piecewise.added", lambda values: np.concatenate([encode(values), values[..., None]], axis=-1), z_x,
    np.concatenate([w, linear[:, None]], axis=1), b, False, dy,
    lambda values: np.concatenate([slopes(values), np.ones_like(values)[..., None]], axis=-1), False)

# Columns on one scale, as a scaler leaves them; row 0 is far out.
K = 3
v = single(random.standard_normal((12, 4)))
v[0] *= 40
c = np.round(random.standard_normal((4, K)), 3)


def waves(values):
    angles = 2 * np.pi * c * values[..., None]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=-1)


def wave_slopes(values):
    angles = 2 * np.pi * c * values[..., None]
    return 2 * np.pi * np.concatenate([c * np.cos(angles), -c * np.sin(angles)], axis=-1)


put("periodic.x", v)
put("periodic.c", c)
put("periodic.e", waves(v).reshape(12, -1))
dy = np.round(random.standard_normal((12, 4, D)), 3)
put("periodic.dy", dy.reshape(12, -1))
for name, relu, shared in (("linear", False, False), ("relu", True, False), ("lite", True, True)):
    w = np.round(random.standard_normal((1 if shared else 4, 2 * K, D)), 6)
    b = np.round(random.standard_normal((1 if shared else 4, D)), 6)
    put(f"periodic.{name}.w", w.reshape(-1, D))
    put(f"periodic.{name}.b", b)
    all_w, all_b = np.broadcast_to(w, (4, 2 * K, D)), np.broadcast_to(b, (4, D))
    de, e = put_mapped(f"periodic.{name}", waves, v, all_w, all_b, relu, dy, wave_slopes, shared)
    turns = 2 * np.pi * v[..., None]
    put(f"periodic.{name}.dc", (turns * (de[..., :K] * e[..., K:] - de[..., K:] * e[..., :K])).sum(axis=0))

text = ",\n".join(
    f'  "{name}": {{"shape": {list(value.shape)}, "values": {json.dumps(value.ravel().tolist())}}}' for name, value in cases.items())
(HERE / "encoders.json").write_text("{\n" + text + "\n}\n")
