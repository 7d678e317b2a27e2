#!/usr/bin/env python3
"""Writes losses.json: losses and their gradients, computed by PyTorch in double, that the C# tests compare with.

Run it in any folder; it writes beside itself. README.md says what each case is.
Every input is drawn from a fixed seed and rounded to three decimals. The file holds finite numbers only: a target that is
missing is told by a mask of 0 and 1, and is whatever it is.
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import mean_pinball_loss
from sklearn.preprocessing import StandardScaler

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)  # one order of summation, so that a second run writes the same bytes

cases = {}
weights = torch.tensor([1, 0.5, 2, 0, 3, 0.25])


def put(name, value):
    """Stores an array (row-major) or a number."""
    value = np.array(value.detach() if isinstance(value, torch.Tensor) else value, dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = value


def draw(seed, *shape):
    return torch.tensor(np.round(np.random.RandomState(seed).standard_normal(shape), 3))


def uniform(seed, *shape):
    return torch.tensor(np.round(np.random.RandomState(seed).uniform(size=shape), 3))


def mask(seed, *shape):
    """Most are present; the second row has nothing."""
    present = torch.tensor((np.random.RandomState(seed).uniform(size=shape) < 0.7).astype(np.float64))
    present[1] = 0
    return present


def case(name, z, cost, weight=None):
    """cost(z): (rows, outputs), what each output costs."""
    z = z.clone().requires_grad_()
    rows = cost(z).mean(1)
    weight = torch.ones(len(z)) if weight is None else weight
    loss = (rows * weight).sum() / weight.sum()
    loss.backward()
    put(f"{name}.rows", rows)
    put(f"{name}.loss", loss)
    put(f"{name}.dlogits", z.grad)


def numbers():
    z, t, present = draw(200, 6, 3), draw(201, 6, 3) * 1.5, mask(202, 6, 3)
    # A house price, a temperature, and something that needs no scaling.
    means, scales = torch.tensor([206.0, 12.5, 0.0]), torch.tensor([115.0, 0.25, 1.0])
    for name, value in {"logits": z, "targets": t, "present": present, "means": means, "scales": scales, "weights": weights}.items():
        put(f"numbers.{name}", value)
    put("numbers.activated", z * scales + means)
    put("numbers.scaled_targets", t * scales + means)
    for name, function in {
        "squared": lambda z, t: F.mse_loss(z, t, reduction="none"),
        "absolute": lambda z, t: F.l1_loss(z, t, reduction="none"),
        "huber": lambda z, t: F.huber_loss(z, t, reduction="none"),
        "huber_0.5": lambda z, t: F.huber_loss(z, t, reduction="none", delta=0.5),
    }.items():
        case(f"{name}.plain", z, lambda z: function(z, t))
        case(f"{name}.weighted", z, lambda z: function(z, t), weights)
        case(f"{name}.missing", z, lambda z: function(z, t) * present, weights)
        case(f"{name}.scaled", z, lambda z: function(z, ((t * scales + means) - means) / scales) * present, weights)
        case(f"{name}.extreme", 1e4 * z, lambda z: function(z, t))


def quantiles():
    z, t, levels = draw(210, 6, 6), draw(211, 6, 2), torch.tensor([0.1, 0.5, 0.9])
    present, means, scales = mask(212, 6, 2), torch.tensor([206.0, -3.0]), torch.tensor([115.0, 0.25])
    for name, value in {
        "logits": z, "targets": t, "present": present, "levels": levels, "means": means, "scales": scales,
        "scaled_targets": t * scales + means, "weights": weights,
    }.items():
        put(f"quantile.{name}", value)

    def pinball(z, t):
        d = t.repeat_interleave(3, 1) - z
        return torch.maximum(levels.repeat(2) * d, (levels.repeat(2) - 1) * d)

    theirs = [mean_pinball_loss(t[:, j // 3], z[:, j], sample_weight=weights, alpha=levels[j % 3].item()) for j in range(6)]
    ours = ((pinball(z, t) * weights[:, None]).sum(0) / weights.sum()).numpy()
    assert np.allclose(ours, theirs, rtol=1e-14), "scikit-learn says otherwise"
    there = present.repeat_interleave(3, 1)
    case("quantile.plain", z, lambda z: pinball(z, t))
    case("quantile.weighted", z, lambda z: pinball(z, t), weights)
    case("quantile.missing", z, lambda z: pinball(z, t) * there, weights)
    case("quantile.scaled", z, lambda z: pinball(z, ((t * scales + means) - means) / scales) * there, weights)
    case("quantile.extreme", 1e4 * z, lambda z: pinball(z, t))
    put("quantile.activated", (z.reshape(6, 2, 3).sort(2).values * scales[:, None] + means[:, None]).reshape(6, 6))


def binary():
    z, t, present = draw(220, 6, 3), uniform(221, 6, 3), mask(222, 6, 3)
    classes = (uniform(223, 6, 1) < 0.5).double()
    single = draw(224, 6, 1)
    # Certain and right, certain and wrong, undecided, half and half but certain, and so nearly right that little is left.
    extreme = torch.tensor([[1e4], [-1e4], [0.0], [1e4], [-1e4], [8.0]])
    extreme_targets = torch.tensor([[1.0], [1.0], [0.0], [0.5], [0.25], [1.0]])
    for name, value in {
        "logits": z, "targets": t, "present": present, "weights": weights, "class.logits": single, "class.classes": classes[:, 0],
        "extreme.logits": extreme, "extreme.targets": extreme_targets, "probabilities": torch.sigmoid(z),
    }.items():
        put(f"binary.{name}", value)

    def cross_entropy(z, t):
        return F.binary_cross_entropy_with_logits(z, t, reduction="none")

    case("binary.missing", z, lambda z: cross_entropy(z, t) * present)
    case("binary.missing_weighted", z, lambda z: cross_entropy(z, t) * present, weights)
    for name, focus, alpha in (("focal", 2, None), ("focal_alpha", 2, 0.25), ("focal_0.5", 0.5, None), ("focal_0", 0, None)):
        of_yes, of_no = (1, 1) if alpha is None else (alpha, 1 - alpha)

        def focal(z, t):
            # (1 - p)^γ by way of its logarithm, whose gradient stays finite where 1 - p is 0.
            yes = torch.exp(focus * F.logsigmoid(-z)) * F.logsigmoid(z)
            no = torch.exp(focus * F.logsigmoid(z)) * F.logsigmoid(-z)
            return -of_yes * t * yes - of_no * (1 - t) * no

        p = torch.sigmoid(z)
        paper = -of_yes * t * (1 - p) ** focus * torch.log(p) - of_no * (1 - t) * p ** focus * torch.log(1 - p)
        assert torch.allclose(focal(z, t), paper, rtol=1e-12), "the paper's formula says otherwise"
        assert focus or alpha or torch.allclose(focal(z, t), cross_entropy(z, t), rtol=1e-12), "it is no cross-entropy"
        case(f"{name}.plain", z, lambda z: focal(z, t))
        case(f"{name}.weighted", z, lambda z: focal(z, t), weights)
        case(f"{name}.missing", z, lambda z: focal(z, t) * present, weights)
        case(f"{name}.class", single, lambda z: focal(z, classes), weights)
        case(f"{name}.extreme", extreme, lambda z: focal(z, extreme_targets))


def smoothing():
    z, classes = draw(230, 6, 4), torch.tensor([2, 0, 3, 1, 1, 2])
    soft = torch.tensor(np.round(np.random.RandomState(231).dirichlet(np.ones(4), 6), 3))
    soft[:, 3] = 1 - soft[:, :3].sum(1)
    extreme = torch.tensor([[1e4, 0, -1e4, 3], [-1e4, 1e4, 0, 1], [1e4, 1e4, 1e4, 1e4], [-1e4, 1e4, 1e4, -1e4]])
    extreme_classes = torch.tensor([0, 0, 2, 1])
    for name, value in {
        "logits": z, "classes": classes, "soft": soft, "weights": weights, "probabilities": torch.softmax(z, 1),
        "extreme.logits": extreme, "extreme.classes": extreme_classes,
    }.items():
        put(f"smoothing.{name}", value)
    for smoothing in (0.1, 0.3):
        def cost(target):
            # One column, so that the mean over outputs is the cost itself.
            return lambda z: F.cross_entropy(z, target, reduction="none", label_smoothing=smoothing)[:, None]

        case(f"smoothing.{smoothing}.hard", z, cost(classes))
        case(f"smoothing.{smoothing}.hard_weighted", z, cost(classes), weights)
        case(f"smoothing.{smoothing}.soft", z, cost(soft))
        case(f"smoothing.{smoothing}.soft_weighted", z, cost(soft), weights)
        case(f"smoothing.{smoothing}.extreme", extreme, cost(extreme_classes))


def scaling():
    # Single precision, as the engine reads them; the third target is always the same, the fourth spreads little about a large number.
    targets = (draw(240, 9, 4) * torch.tensor([115.0, 0.25, 0.0, 1.0]) + torch.tensor([206.0, -3.0, 0.1, 2e6])).numpy().astype(np.float32)
    present = mask(241, 9, 4).numpy()
    weight = np.array([1, 0.5, 2, 0, 3, 0.25, 1, 1, 0.125])
    put("scaling.targets", targets)
    put("scaling.present", present)
    put("scaling.weights", weight)
    missing = np.where(present == 1, targets.astype(np.float64), np.nan)
    cases = (("plain", targets.astype(np.float64), None), ("missing", missing, None), ("weighted", missing, weight))
    for name, values, sample_weight in cases:
        scaler = StandardScaler().fit(values, sample_weight=sample_weight)
        put(f"scaling.{name}.means", scaler.mean_)
        put(f"scaling.{name}.scales", scaler.scale_)


def write(path):
    """One line per matrix row: a changed number shows as one changed line."""
    def body(value):
        rows = [", ".join(repr(v) for v in row) for row in value.reshape(-1, value.shape[-1] if value.shape else 1).tolist()]
        return f"[{rows[0]}]" if len(rows) == 1 else "[\n    " + ",\n    ".join(rows) + "\n  ]"

    entries = [f'  "{name}": {{ "shape": {json.dumps(list(value.shape))}, "values": {body(value)} }}' for name, value in cases.items()]
    text = "{\n" + ",\n".join(entries) + "\n}\n"
    json.loads(text)
    path.write_text(text)


for make in (numbers, quantiles, binary, smoothing, scaling):
    make()
write(pathlib.Path(__file__).resolve().parent / "losses.json")
print(f"{len(cases)} cases written with torch {torch.__version__}, numpy {np.__version__}")
