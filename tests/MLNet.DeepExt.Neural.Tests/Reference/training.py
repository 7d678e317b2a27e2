#!/usr/bin/env python3
"""Writes training.json: a small network trained by PyTorch, with each ingredient of the training loop alone and with all of them.

Run it in any folder; it writes beside itself. README.md says what each case is.
"""
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
EPOCHS, BATCHES = 7, (slice(0, 12), slice(12, 24), slice(24, 30))
STEPS = EPOCHS * len(BATCHES)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

cases = {}


def put(name, value):
    value = np.array(value.detach() if isinstance(value, torch.Tensor) else value, dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = value


def draw(seed, *shape):
    return torch.tensor(np.round(np.random.RandomState(seed).standard_normal(shape), 3))


X, CLASSES = draw(5, 30, 6), torch.tensor(np.random.RandomState(2).randint(0, 3, 30))
WEIGHTS = torch.tensor(np.round(np.random.RandomState(3).uniform(0.5, 2, 30), 2))
assert (X != 0).all(), "rows without zeros touch every input"


def network():
    layers = torch.nn.Sequential(
        torch.nn.Linear(6, 5, bias=False), torch.nn.BatchNorm1d(5), torch.nn.Tanh(),
        torch.nn.Linear(5, 4), torch.nn.ReLU(), torch.nn.Linear(4, 3))
    with torch.no_grad():
        for seed, parameter in enumerate(layers.parameters(), 10):
            parameter.copy_((0.5 * draw(seed, *parameter.t().shape)).t())
        layers[1].weight.copy_(1 + 0.2 * draw(30, 5))
        layers[1].running_mean.copy_(0.3 * draw(31, 5))
        layers[1].running_var.copy_(1.5 + 0.2 * draw(32, 5))
    return layers


def state(layers):
    """Parameters in our order, weights as (inputs, units); then running mean and variance."""
    tensors = [p.detach().t() for p in layers.parameters()] + [layers[1].running_mean, layers[1].running_var]
    return torch.cat([t.reshape(-1) for t in tensors]).clone()


def one_cycle(step, epoch):
    # The optimizer's rate is the peak; the same as torch's scheduler, of which the next lines make sure.
    return ONE_CYCLE[step]


def inverse_time(step, epoch):
    return 1 / (1 + 0.5 * epoch)


def rates_of_one_cycle():
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1, total_steps=STEPS, cycle_momentum=False)
    rates = []
    for step in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < STEPS - 1:
            scheduler.step()
    return rates


ONE_CYCLE = rates_of_one_cycle()


def train(name, rule, rate, l2=0.0, l1=0.0, decay=0.0, clip=None, factors=None, schedule=None, average=None, all_rows=False):
    """factors: of the rates of modules, 0 for a frozen one; batches of 12, 12 and 6 rows, or one of all."""
    layers, factors = network(), factors or {}
    learning = [(i, m) for i, m in enumerate(layers) if list(m.parameters()) and factors.get(i, 1) > 0]
    for i, module in enumerate(layers):
        if factors.get(i, 1) == 0:
            module.requires_grad_(False)
    parameters = [p for _, m in learning for p in m.parameters()]
    weights = [(p, factors.get(i, 1)) for i, m in learning for p in m.parameters() if p.dim() == 2]
    groups = [{"params": list(m.parameters()), "factor": factors.get(i, 1)} for i, m in learning]
    scale = 1.0
    if rule == "adam":
        optimizer = torch.optim.Adam(groups, lr=rate)
    elif rule == "momentum":
        # The course's momentum weighs the gradient by 1 - beta.
        optimizer, scale = torch.optim.SGD(groups, lr=rate, momentum=0.9), 1 - 0.9
    else:
        optimizer = torch.optim.SGD(groups, lr=rate)
    losses, summed, margin, cut = [], torch.zeros_like(state(layers)), math.inf, 0
    moving = torch.ones_like(summed, dtype=torch.bool)
    if factors.get(1, 1) == 0:
        moving[-10:] = False
    batches = [slice(0, 30)] if all_rows else BATCHES
    for step in range(STEPS):
        layers.train()
        for i, module in enumerate(layers):
            if factors.get(i, 1) == 0:
                module.eval()
        batch = batches[step % len(batches)]
        m = len(CLASSES[batch])
        now = rate * (schedule(step, step // len(batches) + 1) if schedule else 1)
        for group in optimizer.param_groups:
            group["lr"] = now * group["factor"] * scale
        optimizer.zero_grad()
        hidden = layers[:4](X[batch])
        assert hidden.abs().min() > 3e-6, f"{name}: a unit sits on the kink of the ReLU"
        costs = F.cross_entropy(layers[4:](hidden), CLASSES[batch], reduction="none")
        loss = (WEIGHTS[batch] * costs).sum() / WEIGHTS[batch].sum()
        losses.append(loss.item())
        (loss + l2 / (2 * m) * sum((p ** 2).sum() for p, _ in weights)).backward()
        if clip:
            before = [p.grad.clone() for p in parameters]
            clip(parameters)
            cut += any((p.grad - g).abs().max() > 1e-4 * g.abs().max() for p, g in zip(parameters, before))
        with torch.no_grad():
            for p, factor in weights:
                p.mul_(1 - now * factor * decay)
        optimizer.step()
        with torch.no_grad():
            for p, factor in weights:
                threshold = now * factor * l1 / (2 * m)
                if threshold > 0:
                    margin = min(margin, (p.abs() - threshold).abs().min().item())
                p.copy_(p.sign() * torch.clamp(p.abs() - threshold, min=0))
        if average:
            summed = average * summed + (1 - average) * state(layers)
    put(f"{name}.losses", losses)
    put(f"{name}.final", state(layers))
    if average:
        put(f"{name}.average", torch.where(moving, summed / (1 - average ** STEPS), state(layers)))
    if clip:
        print(f"{name}: clipped in {cut} of {STEPS} steps")
        assert cut > 5, name
    if l1:
        zeros = sum((p == 0).sum().item() for p, _ in weights)
        print(f"{name}: {zeros} zeros, no weight nearer to the threshold than {margin:.1e}")
        assert zeros > 5 and margin > 1e-5, name


def by_value(parameters):
    torch.nn.utils.clip_grad_value_(parameters, 0.05)


def by_norm(parameters):
    for parameter in parameters:
        torch.nn.utils.clip_grad_norm_([parameter], 0.1)


def by_global_norm(parameters):
    torch.nn.utils.clip_grad_norm_(parameters, 0.2)


put("x", X)
put("classes", CLASSES)
put("weights", WEIGHTS)
put("start", state(network()))
train("descent", "descent", 0.3)
train("l2", "momentum", 0.3, l2=3.0)
train("l1", "descent", 0.3, l1=1.5)
train("elastic_net", "descent", 0.3, l2=1.0, l1=0.8)
train("decay", "momentum", 0.3, decay=0.2)
train("clip_by_value", "descent", 0.5, clip=by_value)
train("clip_by_norm", "momentum", 0.5, clip=by_norm)
train("clip_by_global_norm", "descent", 0.5, clip=by_global_norm)
train("rates", "momentum", 0.3, factors={3: 0.1})
train("frozen_norm", "momentum", 0.3, factors={1: 0})
train("frozen_first", "momentum", 0.3, factors={0: 0})
train("one_cycle", "momentum", 0.5, schedule=one_cycle)
train("inverse_time", "descent", 0.5, schedule=inverse_time)
train("average", "momentum", 0.3, average=0.9)
everything = dict(l2=2.0, decay=0.1, clip=by_global_norm, factors={1: 0, 3: 0.1}, schedule=one_cycle, average=0.9)
train("all", "adam", 0.05, **everything)
train("all_rows", "adam", 0.05, all_rows=True, **everything)


def write(path):
    """One line per matrix row: a changed number shows as one changed line."""
    def body(value):
        rows = [", ".join(map(repr, row)) for row in value.reshape(-1, value.shape[-1] if value.shape and value.size else 1).tolist()]
        return f"[{''.join(rows)}]" if len(rows) < 2 else "[\n    " + ",\n    ".join(rows) + "\n  ]"

    entries = [f'  "{name}": {{ "shape": {json.dumps(list(value.shape))}, "values": {body(value)} }}' for name, value in cases.items()]
    text = "{\n" + ",\n".join(entries) + "\n}\n"
    json.loads(text)
    path.write_text(text)


write(HERE / "training.json")
print(f"{len(cases)} cases written with torch {torch.__version__}, numpy {np.__version__}")
