#!/usr/bin/env python3
"""Writes layers.json: activations and layer normalization, computed by PyTorch, and functions, computed by mpmath, that the C# tests compare with.

Run it in any folder; it writes beside itself. README.md says what each case is.
"""
import json
import pathlib

import mpmath
import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)  # one order of summation, so that a second run writes the same bytes

cases = {}


def put(name, value):
    """Stores an array (row-major) or a number; everything in the file must be finite."""
    value = np.array(value.detach() if isinstance(value, torch.Tensor) else value, dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = value


def draw(seed, *shape):
    return torch.tensor(np.round(np.random.RandomState(seed).standard_normal(shape), 3))


def activations():
    half = [1e-8, 1e-4, 0.01, 0.1, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, 19, 21, 30, 50, 100, 1000]
    points = [-x for x in reversed(half)] + [0] + half
    put("activation.x", points)
    for name, function in {
        "elu_1": F.elu,
        "elu_0.3": lambda x: F.elu(x, 0.3),
        "selu": F.selu,
        "gelu": F.gelu,
        "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
        "swish": F.silu,
        "mish": F.mish,
        "softplus": F.softplus,
        "softplus_2.5_1": lambda x: F.softplus(x, 2.5, 1),
    }.items():
        # What PyTorch computes in single precision is kept too: it shows how far apart two right answers are.
        for dtype, suffix in (torch.float64, ""), (torch.float32, ".single"):
            x = torch.tensor(points, dtype=dtype, requires_grad=True)
            y = function(x)
            y.sum().backward()
            put(f"activation.{name}{suffix}.y", y)
            put(f"activation.{name}{suffix}.dydx", x.grad)


def layer_norm():
    # A width of less than a strip, of one, and of several and a part; rows of different mean and size.
    for width, rows in (5, 4), (16, 3), (37, 6):
        layer = torch.nn.LayerNorm(width, eps=1e-5)
        with torch.no_grad():
            layer.weight.copy_(1 + 0.3 * draw(10 + width, width))
            layer.bias.copy_(draw(11 + width, width))
        x = (draw(20 + width, rows, width) * (10.0 ** (torch.arange(float(rows)) - 2))[:, None] + torch.arange(float(rows))[:, None])
        x = x.requires_grad_()
        dy = draw(30 + width, rows, width)
        y = layer(x)
        y.backward(dy)
        for name, value in {
            "gamma": layer.weight, "beta": layer.bias, "x": x, "dy": dy, "y": y, "dx": x.grad,
            "dgamma": layer.weight.grad, "dbeta": layer.bias.grad,
        }.items():
            put(f"layernorm.{width}.{name}", value)


def functions():
    """Sixty digits, rounded to double: of small, of usual and of large arguments."""
    mpmath.mp.dps = 60
    tiny = [float(f"1e-{k}") for k in range(300, 0, -9)]
    for name, function, points in (
        ("erf", mpmath.erf, tiny + [k / 48 for k in range(1, 320)]),
        ("log1p", mpmath.log1p, [-1 + 2.0 ** -k for k in range(1, 50, 4)] + [-x for x in tiny] + [0.0] + tiny
            + [k / 128 - 0.9 for k in range(1, 256)] + [float(f"1e{k}") for k in range(0, 300, 9)]),
        ("expm1", mpmath.expm1, [-x for x in tiny] + [-k / 96 for k in range(1, 200)] + [-k / 4 for k in range(8, 170)] + [-700.0, -1e300]),
    ):
        put(f"function.{name}.x", points)
        put(f"function.{name}.y", [float(function(mpmath.mpf(x))) for x in points])


def write(path):
    """One line per matrix row: a changed number shows as one changed line."""
    def body(value):
        rows = [", ".join(repr(v) for v in row) for row in value.reshape(-1, value.shape[-1] if value.shape else 1).tolist()]
        return f"[{rows[0]}]" if len(rows) == 1 else "[\n    " + ",\n    ".join(rows) + "\n  ]"

    entries = [f'  "{name}": {{ "shape": {json.dumps(list(value.shape))}, "values": {body(value)} }}' for name, value in cases.items()]
    text = "{\n" + ",\n".join(entries) + "\n}\n"
    json.loads(text)
    path.write_text(text)


for make in (activations, layer_norm, functions):
    make()
write(pathlib.Path(__file__).resolve().parent / "layers.json")
print(f"{len(cases)} cases written with torch {torch.__version__}, numpy {np.__version__}")
