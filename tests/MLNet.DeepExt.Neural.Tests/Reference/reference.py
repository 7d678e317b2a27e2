#!/usr/bin/env python3
"""Writes reference.json: values computed by PyTorch, NumPy and the JDK that the C# tests compare with.

Run it in any folder; it writes beside itself. README.md says what each case is.
Every input is drawn from a fixed seed and rounded to three decimals, so that a reader can follow it by hand.
"""
import json
import pathlib
import subprocess

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)  # one order of summation, so that a second run writes the same bytes

cases = {}


def put(name, value):
    """Stores an array (row-major) or a number; everything in the file must be finite."""
    # A copy: PyTorch goes on writing into the memory of parameters and gradients.
    value = np.array(value.detach() if isinstance(value, torch.Tensor) else value, dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = {"shape": list(value.shape), "values": value}


def draw(seed, *shape):
    return torch.tensor(np.round(np.random.RandomState(seed).standard_normal(shape), 3))


def activations():
    half = [1e-8, 1e-4, 0.01, 0.1, 0.3, 0.5, 1, 2, 3, 5, 10, 20, 50, 100]
    points = [-x for x in reversed(half)] + [0] + half
    put("activation.x", points)
    for name, function in {
        "linear": lambda x: 1.0 * x,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu_0.01": lambda x: F.leaky_relu(x, 0.01),
        "leaky_relu_0.2": lambda x: F.leaky_relu(x, 0.2),
    }.items():
        x = torch.tensor(points, dtype=torch.float64, requires_grad=True)
        y = function(x)
        y.sum().backward()
        put(f"activation.{name}.y", y)
        put(f"activation.{name}.dydx", x.grad)


def batch_norm():
    layer = torch.nn.BatchNorm1d(5, eps=1e-5, momentum=0.1)
    with torch.no_grad():
        layer.weight.copy_(1 + 0.3 * draw(10, 5))
        layer.bias.copy_(draw(11, 5))
    put("batchnorm.gamma", layer.weight)
    put("batchnorm.beta", layer.bias)
    for batch in range(3):
        # Every column has a mean and a scale of its own, so that a mixed-up axis cannot go unnoticed.
        x = (draw(20 + batch, 7, 5) * torch.tensor([0.1, 1.0, 2.0, 5.0, 1.0]) + torch.arange(5.0)).requires_grad_()
        dy = draw(30 + batch, 7, 5)
        layer.zero_grad()
        y = layer(x)
        y.backward(dy)
        for name, value in {
            "x": x, "dy": dy, "y": y, "dx": x.grad, "dgamma": layer.weight.grad, "dbeta": layer.bias.grad,
            "running_mean": layer.running_mean, "running_var": layer.running_var,
        }.items():
            put(f"batchnorm.batch{batch}.{name}", value)
    layer.eval()
    x = draw(40, 4, 5)
    put("batchnorm.eval.x", x)
    put("batchnorm.eval.y", layer(x))


def dropout():
    keep = 0.8
    x, dy = draw(50, 6, 5).numpy(), draw(51, 6, 5).numpy()
    mask = (np.random.RandomState(52).uniform(size=(6, 5)) < keep).astype(np.float64)
    put("dropout.keep", keep)
    put("dropout.x", x)
    put("dropout.mask", mask)
    put("dropout.dy", dy)
    put("dropout.y", x * mask / keep)
    put("dropout.dx", dy * mask / keep)


def adam():
    start, gradients = draw(60, 6), draw(61, 10, 6)
    # One parameter without a gradient at first, one with tiny and one with huge gradients: ε, bias corrections, scale.
    gradients[:4, 0] = 0
    gradients[:, 1] *= 1e-6
    gradients[:, 2] *= 1e4
    put("adam.start", start)
    put("adam.gradients", gradients)
    for name, options in {
        "defaults": dict(lr=1e-3, betas=(0.9, 0.999), eps=1e-8),
        "other": dict(lr=0.05, betas=(0.8, 0.95), eps=1e-6),
    }.items():
        parameter = torch.nn.Parameter(start.clone())
        optimizer = torch.optim.Adam([parameter], **options)
        path = []
        for gradient in gradients:
            parameter.grad = gradient.clone()
            optimizer.step()
            path.append(parameter.detach().clone())
        put(f"adam.{name}.options", [options["lr"], *options["betas"], options["eps"]])
        put(f"adam.{name}.parameters", torch.stack(path))


def softmax_cross_entropy():
    logits, classes, weights = draw(70, 6, 4), torch.tensor([2, 0, 3, 1, 1, 2]), torch.tensor([1, 0.5, 2, 0, 3, 0.25])
    soft = torch.tensor(np.round(np.random.RandomState(71).dirichlet(np.ones(4), 6), 3))
    soft[:, 3] = 1 - soft[:, :3].sum(1)
    # Row by row: certain and right, certain and wrong, all equal and far out, two winners.
    extreme = torch.tensor([[1e4, 0, -1e4, 3], [-1e4, 1e4, 0, 1], [1e4, 1e4, 1e4, 1e4], [-1e4, 1e4, 1e4, -1e4]])
    extreme_classes = torch.tensor([0, 0, 2, 1])
    put("softmax.logits", logits)
    put("softmax.classes", classes)
    put("softmax.weights", weights)
    put("softmax.soft", soft)
    put("softmax.extreme.logits", extreme)
    put("softmax.extreme.classes", extreme_classes)

    def case(name, z, target, weight):
        z = z.clone().requires_grad_()
        rows = F.cross_entropy(z, target, reduction="none")
        loss = (rows * weight).sum() / weight.sum()
        loss.backward()
        put(f"softmax.{name}.rows", rows)
        put(f"softmax.{name}.loss", loss)
        put(f"softmax.{name}.dlogits", z.grad)

    put("softmax.probabilities", torch.softmax(logits, 1))
    put("softmax.extreme.probabilities", torch.softmax(extreme, 1))
    case("hard", logits, classes, torch.ones(6))
    case("hard_weighted", logits, classes, weights)
    case("soft", logits, soft, torch.ones(6))
    case("soft_weighted", logits, soft, weights)
    case("extreme", extreme, extreme_classes, torch.ones(4))


def binary_cross_entropy():
    logits, targets = draw(75, 6, 3), torch.tensor(np.round(np.random.RandomState(76).uniform(size=(6, 3)), 3))
    weights = torch.tensor([1, 0.5, 2, 0, 3, 0.25])
    single, classes = draw(77, 6, 1), torch.tensor([1, 0, 0, 1, 1, 0])
    # Certain and right, certain and wrong, undecided, and so nearly certain that a rounding error would be all that is left.
    extreme, extreme_classes = torch.tensor([[1e4], [-1e4], [0.0], [-30.0]]), torch.tensor([1, 1, 0, 0])
    for name, value in {
        "logits": logits, "targets": targets, "weights": weights, "probabilities": torch.sigmoid(logits),
        "class.logits": single, "class.classes": classes, "extreme.logits": extreme, "extreme.classes": extreme_classes,
    }.items():
        put(f"binary.{name}", value)

    def case(name, z, target, weight):
        z = z.clone().requires_grad_()
        rows = F.binary_cross_entropy_with_logits(z, target, reduction="none").mean(1)
        loss = (rows * weight).sum() / weight.sum()
        loss.backward()
        put(f"binary.{name}.rows", rows)
        put(f"binary.{name}.loss", loss)
        put(f"binary.{name}.dlogits", z.grad)

    case("values", logits, targets, torch.ones(6))
    case("values_weighted", logits, targets, weights)
    case("class", single, classes.double()[:, None], torch.ones(6))
    case("class_weighted", single, classes.double()[:, None], weights)
    case("extreme", extreme, extreme_classes.double()[:, None], torch.ones(4))


def network():
    inputs, classes = draw(80, 12, 6), torch.tensor([0, 1, 2, 2, 1, 0, 1, 1, 2, 0, 0, 2])
    layers = torch.nn.Sequential(
        torch.nn.Linear(6, 5, bias=False),  # batch normalization follows: its beta is the bias
        torch.nn.BatchNorm1d(5), torch.nn.ReLU(),
        torch.nn.Linear(5, 4), torch.nn.Tanh(),
        torch.nn.Linear(4, 3))
    first, norm, second, third = layers[0], layers[1], layers[3], layers[5]
    # A weight matrix is written as (inputs, units), the transpose of PyTorch's.
    names = {
        "dense0.weights": first.weight, "batchnorm0.gamma": norm.weight, "batchnorm0.beta": norm.bias,
        "dense1.weights": second.weight, "dense1.bias": second.bias,
        "dense2.weights": third.weight, "dense2.bias": third.bias,
    }
    with torch.no_grad():
        for seed, (name, parameter) in enumerate(names.items(), 90):
            value = draw(seed, *parameter.t().shape)
            parameter.copy_((1 + 0.2 * value if name.endswith("gamma") else 0.5 * value).t())
    put("network.x", inputs)
    put("network.classes", classes)
    for name, parameter in names.items():
        put(f"network.start.{name}", parameter.t())

    assert layers[:2](inputs).abs().min() > 1e-3, "a unit sits on the kink of the ReLU"
    norm.reset_running_stats()
    x = inputs.clone().requires_grad_()
    logits = layers(x)
    loss = F.cross_entropy(logits, classes)
    loss.backward()
    put("network.logits", logits)
    put("network.loss", loss)
    put("network.dx", x.grad)
    for name, parameter in names.items():
        put(f"network.gradient.{name}", parameter.grad.t())

    norm.reset_running_stats()
    optimizer = torch.optim.Adam(layers.parameters(), lr=1e-2)
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        loss = F.cross_entropy(layers(inputs), classes)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    put("network.losses", losses)
    for name, parameter in names.items():
        put(f"network.final.{name}", parameter.t())
    put("network.final.batchnorm0.running_mean", norm.running_mean)
    put("network.final.batchnorm0.running_var", norm.running_var)
    layers.eval()
    put("network.final.eval_logits", layers(inputs))


def sparse_network():
    # 40 inputs of which each row has 0 to 6; three batches of four rows, so that most steps leave most inputs alone.
    random = np.random.RandomState(110)
    counts = np.array([3, 1, 6, 4, 2, 0, 5, 3, 1, 4, 6, 2])
    columns = np.concatenate([np.sort(random.choice(40, count, replace=False)) for count in counts])
    values = draw(111, counts.sum())
    starts = np.concatenate([[0], np.cumsum(counts)])
    classes = torch.tensor([0, 1, 2, 2, 1, 0, 1, 1, 2, 0, 0, 2])
    first = torch.nn.EmbeddingBag(40, 5, mode="sum", sparse=True)
    bias = torch.nn.Parameter(0.5 * draw(113, 5))
    rest = torch.nn.Linear(5, 3)
    with torch.no_grad():
        first.weight.copy_(0.5 * draw(112, 40, 5))
        rest.weight.copy_((0.5 * draw(114, 5, 3)).t())
        rest.bias.copy_(0.5 * draw(115, 3))
    names = {"dense0.weights": first.weight, "dense0.bias": bias, "dense1.weights": rest.weight.t(), "dense1.bias": rest.bias}
    for name, value in {"starts": starts, "columns": columns, "values": values, "classes": classes}.items():
        put(f"sparse.{name}", value)
    for name, parameter in names.items():
        put(f"sparse.start.{name}", parameter)

    # It adds ε before it corrects the bias, and Adam after; so small, ε makes no difference.
    lazy = torch.optim.SparseAdam([first.weight], lr=1e-2, eps=1e-12)
    usual = torch.optim.Adam([bias, *rest.parameters()], lr=1e-2, eps=1e-12)
    losses, moments = [], []
    for step in range(15):
        rows = slice(4 * (step % 3), 4 * (step % 3) + 4)
        entries = slice(starts[rows.start], starts[rows.stop])
        lazy.zero_grad()
        usual.zero_grad()
        hidden = first(
            torch.tensor(columns[entries]), torch.tensor(starts[rows] - starts[rows.start]), per_sample_weights=values[entries])
        loss = F.cross_entropy(rest(torch.tanh(hidden + bias)), classes[rows])
        loss.backward()
        lazy.step()
        usual.step()
        losses.append(loss.item())
    put("sparse.losses", losses)
    for name, parameter in names.items():
        put(f"sparse.final.{name}", parameter)


def splitmix64():
    seeds = ["0", "1234567", "0xDEADBEEF"]
    output = subprocess.run(["java", "SplitMix64.java", *seeds], cwd=HERE, check=True, text=True, stdout=subprocess.PIPE)
    for line in output.stdout.splitlines():
        seed, *words = line.split()
        cases[f"splitmix64.{seed}"] = {"shape": [len(words)], "words": words}


def write(path):
    """One line per matrix row: a changed number shows as one changed line."""
    def rows(case):
        if "words" in case:
            return [json.dumps(case["words"])]
        flat = case["values"].reshape(-1, case["shape"][-1] if case["shape"] else 1)
        return [", ".join(repr(v) for v in row) for row in flat.tolist()]

    def body(case):
        if "words" in case:
            return f'"words": {rows(case)[0]}'
        lines = rows(case)
        return f'"values": [{lines[0]}]' if len(lines) == 1 else '"values": [\n    ' + ",\n    ".join(lines) + "\n  ]"

    entries = [f'  "{name}": {{ "shape": {json.dumps(case["shape"])}, {body(case)} }}' for name, case in cases.items()]
    text = "{\n" + ",\n".join(entries) + "\n}\n"
    json.loads(text)
    path.write_text(text)


for make in (activations, batch_norm, dropout, adam, softmax_cross_entropy, binary_cross_entropy, network, sparse_network, splitmix64):
    make()
write(HERE / "reference.json")
print(f"{len(cases)} cases written with torch {torch.__version__}, numpy {np.__version__}")
