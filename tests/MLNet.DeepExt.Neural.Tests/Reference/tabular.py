#!/usr/bin/env python3
"""Writes tabular.json: a small network for tables, as D. Holzmueller et al. 2024 ("Better by default") and Y. Gorishniy et al. 2024 ("TabM")
make and train them, in PyTorch: learned scaling, members that differ in a factor of each input, layers in the neural tangent parametrization
W = V / sqrt(inputs), parametric activations, heads of members; rates by parameter, decay and rate by schedules.

Run it in any folder; it writes beside itself. README.md says what each case is.
"""
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
INPUTS, HIDDEN, CLASSES, MEMBERS, ROWS, EPOCHS = 6, (5, 4), 3, 3, 30, 7
BATCHES = (slice(0, 12), slice(12, 24), slice(24, 30))
STEPS = EPOCHS * len(BATCHES)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
cases = {}


def put(name, value):
    value = np.array(value.detach() if isinstance(value, torch.Tensor) else value, dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = value


def draw(seed, *shape):
    """Numbers that single precision holds to some digits more than are compared."""
    return torch.tensor(np.round(np.random.RandomState(seed).standard_normal(shape), 3))


x, classes = draw(1, ROWS, INPUTS), torch.tensor(np.random.RandomState(2).randint(0, CLASSES, ROWS))
put("x", x)
put("classes", classes)

# In our order: name, V or vector, the square root that W is divided by, factor of the rate, whether it decays.
sizes = (INPUTS,) + HIDDEN
parameters = [("scale", 1 + 0.2 * draw(3, INPUTS), 1, 6, False), ("members", draw(4, MEMBERS, INPUTS), 1, 1, False)]
for n, (i, o) in enumerate(zip(sizes, HIDDEN)):
    parameters += [
        (f"weight{n}", draw(10 + n, i, o), math.sqrt(i), 1, True), (f"bias{n}", draw(20 + n, o), 1, 0.1, False),
        (f"share{n}", 1 + 0.3 * draw(30 + n, o), 1, 0.1, False)]
for m in range(MEMBERS):
    parameters.append((f"head{m}", draw(40 + m, HIDDEN[-1], CLASSES), math.sqrt(HIDDEN[-1]), 1, True))
parameters.append(("headbias", 0.3 * draw(50, MEMBERS, CLASSES), 1, 0.1, False))
p = {name: torch.nn.Parameter(value.clone()) for name, value, *_ in parameters}


def logits(x):
    """(rows, members, classes)"""
    y = (x * p["scale"])[:, None] * p["members"]
    for n, f in enumerate((F.selu, F.mish)):
        z = y @ p[f"weight{n}"] / math.sqrt(y.shape[-1]) + p[f"bias{n}"]
        y = z + p[f"share{n}"] * (f(z) - z)
    heads = torch.stack([p[f"head{m}"] for m in range(MEMBERS)])
    return torch.einsum("rmi,mio->rmo", y, heads) / math.sqrt(y.shape[-1]) + p["headbias"]


def loss(rows):
    """The mean of the members' losses."""
    return F.cross_entropy(logits(x[rows]).reshape(-1, CLASSES), classes[rows].repeat_interleave(MEMBERS))


def zero():
    for value in p.values():
        value.grad = None


put("logits", logits(x).reshape(-1, CLASSES))
everything = slice(0, ROWS)
loss(everything).backward()
put("loss", loss(everything))
for name, value, root, *_ in parameters:
    put(f"start.{name}", value / root)
    put(f"gradient.{name}", p[name].grad * root)  # by W = V / root

ALPHA, BETA1, BETA2, EPSILON, DECAY = 0.04, 0.9, 0.95, 1e-8, 0.02
log_cosine = [0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + 15 * t / STEPS))) for t in range(STEPS)]
flat_cosine = [1.0 if t / STEPS < 0.5 else 0.5 * (1 + math.cos(math.pi * (2 * t / STEPS - 1))) for t in range(STEPS)]
put("schedule.log_cosine", log_cosine)
put("schedule.flat_cosine", flat_cosine)
put("schedule.log_cosine.2", [0.5 * (1 - np.cos(2 * np.pi * np.log2(1 + 3 * t / STEPS))) for t in range(STEPS)])
put("schedule.flat_cosine.0.2", [1.0 if t / STEPS < 0.2 else 0.5 * (1 + np.cos(np.pi * (t / STEPS - 0.2) / 0.8)) for t in range(STEPS)])

mean = {name: torch.zeros_like(value) for name, value in p.items()}
square = {name: torch.zeros_like(value) for name, value in p.items()}
average = {name: value.detach().clone() for name, value in p.items()}
losses = []
for step in range(STEPS):
    zero()
    cost = loss(BATCHES[step % len(BATCHES)])
    losses.append(cost.item())
    cost.backward()
    rate = ALPHA * log_cosine[step]
    with torch.no_grad():
        for name, _, _, factor, decays in parameters:
            g = p[name].grad
            mean[name].mul_(BETA1).add_(g, alpha=1 - BETA1)
            square[name].mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
            root = (square[name] / (1 - BETA2 ** (step + 1))).sqrt() + EPSILON
            update = rate * factor * (mean[name] / (1 - BETA1 ** (step + 1))) / root
            if decays:
                update = update + rate * factor * DECAY * flat_cosine[step] * p[name]
            p[name].sub_(update)
            average[name].lerp_(p[name], 1 - min(0.998, (2 + step) / (11 + step)))
put("losses", losses)
for name, _, root, *_ in parameters:
    put(f"final.{name}", p[name] / root)
    put(f"average.{name}", average[name] / root)

text = ",\n".join(
    f'  "{name}": {{"shape": {list(value.shape)}, "values": {json.dumps(value.ravel().tolist())}}}' for name, value in cases.items())
(HERE / "tabular.json").write_text("{\n" + text + "\n}\n")
