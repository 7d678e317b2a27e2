#!/usr/bin/env python3
"""Writes explaining.json: contributions of inputs and embeddings, computed by PyTorch in double, that the C# tests compare with.

Run it in any folder; it writes beside itself. README.md says what each case is.
"""
import json
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

cases = {}


def put(name, value):
    """Stores an array (row-major) or a number."""
    value = np.array(value.detach() if isinstance(value, torch.Tensor) else value, dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = value


def draw(seed, *shape):
    return torch.tensor(np.round(np.random.RandomState(seed).standard_normal(shape), 3))


# Contributions: 6 inputs, 5 units of tanh, 3 outputs; two rows, every output.
w1, b1, w2, b2 = draw(1, 6, 5), draw(2, 5), draw(3, 5, 3), draw(4, 3)
rows = draw(5, 2, 6)
steps = 50


def outputs(x):
    return torch.tanh(x @ w1 + b1) @ w2 + b2


def gradient(x, output):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(outputs(x)[output], x)[0]


for name, value in [("weight1", w1), ("bias1", b1), ("weight2", w2), ("bias2", b2), ("rows", rows)]:
    put(f"attribution/{name}", value)
put("attribution/gradient_times_input", torch.stack([torch.stack([x * gradient(x, k) for k in range(3)]) for x in rows]).reshape(6, 6))
put("attribution/integrated_gradients", torch.stack([torch.stack([
    x * sum(gradient((i + 0.5) / steps * x, k) for i in range(steps)) / steps for k in range(3)]) for x in rows]).reshape(6, 6))

# Embeddings: two numbers beside a category of 4 values, the last of which stands for none, as 3 numbers; then 2 classes. Ten steps of Adam.
table, w, b = draw(11, 4, 3), draw(12, 5, 2), draw(13, 2)
numbers = draw(14, 8, 2)
values = torch.tensor([0, 1, 2, 3, 1, 0, 3, 2])
labels = torch.tensor([0, 1, 1, 0, 1, 0, 1, 0])
for name, value in [("table", table), ("weight", w), ("bias", b), ("numbers", numbers), ("values", values), ("labels", labels)]:
    put(f"embedding/{name}", value)
embedding = torch.nn.Embedding.from_pretrained(table.clone(), freeze=False)
weight, bias = torch.nn.Parameter(w.clone()), torch.nn.Parameter(b.clone())
parameters = [embedding.weight, weight, bias]
optimizer = torch.optim.Adam(parameters, lr=0.05)
for step in range(10):
    optimizer.zero_grad()
    x = torch.cat([numbers[:, :1], embedding(values), numbers[:, 1:]], dim=1)
    loss = torch.nn.functional.cross_entropy(x @ weight + bias, labels)
    loss.backward()
    if step == 0:
        put("embedding/loss", loss)
        put("embedding/table_gradient", embedding.weight.grad)
    optimizer.step()
put("embedding/table_after", embedding.weight)
put("embedding/weight_after", weight)

entries = [
    f"  {json.dumps(name)}: {{\"shape\": {json.dumps(list(value.shape))}, \"values\": {json.dumps(value.ravel().tolist())}}}"
    for name, value in cases.items()
]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text("{\n" + ",\n".join(entries) + "\n}\n")
print(f"{path.name}: {len(cases)} cases, PyTorch {torch.__version__}")
