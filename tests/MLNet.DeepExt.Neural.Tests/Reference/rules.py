#!/usr/bin/env python3
"""Writes rules.json: what PyTorch, scikit-learn and NumPy make of optimizers, schedules, clipping and penalties.

Run it in any folder; it writes beside itself. README.md says what each case is.
"""
import json
import pathlib

import numpy as np
import torch
from sklearn.linear_model import ElasticNet, Lasso, Ridge

HERE = pathlib.Path(__file__).resolve().parent
STEPS = 12
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

cases = {}


def put(name, value):
    value = np.array(value.detach() if isinstance(value, torch.Tensor) else value, dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = value


def draw(seed, *shape):
    return torch.tensor(np.round(np.random.RandomState(seed).standard_normal(shape), 3))


def optimizers():
    start, gradients = draw(1, 6), draw(2, STEPS, 6)
    # One parameter without a gradient at first, one with tiny and one with huge gradients.
    gradients[:4, 0] = 0
    gradients[:, 1] *= 1e-6
    gradients[:, 2] *= 1e4
    put("optimizer.start", start)
    put("optimizer.gradients", gradients)
    falling = [0.3 / (1 + 0.5 * t) for t in range(STEPS)]

    def by_torch(name, options, rates, kind, scale=1, **arguments):
        """scale: what PyTorch's rate is of ours."""
        parameter = torch.nn.Parameter(start.clone())
        optimizer = kind([parameter], lr=1, **arguments)
        path = []
        for rate, gradient in zip(rates, gradients):
            optimizer.param_groups[0]["lr"] = rate * scale
            parameter.grad = gradient.clone()
            optimizer.step()
            path.append(parameter.detach().clone())
        put(f"{name}.options", options)
        put(f"{name}.rates", rates)
        put(f"{name}.parameters", torch.stack(path))

    sgd, rms, adamw = torch.optim.SGD, torch.optim.RMSprop, torch.optim.AdamW
    by_torch("descent", [], falling, sgd)
    by_torch("momentum.0.9", [0.9], [0.1] * STEPS, sgd, scale=1 - 0.9, momentum=0.9)
    by_torch("momentum.0.6", [0.6], falling, sgd, scale=1 - 0.6, momentum=0.6)
    by_torch("nesterov.0.9", [0.9], [0.1] * STEPS, sgd, scale=1 - 0.9, momentum=0.9, nesterov=True)
    by_torch("nesterov.0.6", [0.6], falling, sgd, scale=1 - 0.6, momentum=0.6, nesterov=True)
    # ε so small that it does not matter whether it stands inside the root or outside.
    by_torch("rmsprop.torch.0.9", [0.9, 1e-30], [0.001] * STEPS, rms, alpha=0.9, eps=1e-30)
    by_torch("rmsprop.torch.0.99", [0.99, 1e-30], falling, rms, alpha=0.99, eps=1e-30)
    by_torch("adamw.defaults", [0.9, 0.999, 1e-8, 0.01], [0.001] * STEPS, adamw)
    by_torch("adamw.other", [0.8, 0.95, 1e-6, 0.3], falling, adamw, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.3)

    def by_formula(name, beta, epsilon, rates):
        """The course's RMSprop, with ε inside the root."""
        parameter, square, path = start.numpy().copy(), np.zeros(6), []
        for rate, gradient in zip(rates, gradients.numpy()):
            square = beta * square + (1 - beta) * gradient ** 2
            parameter = parameter - rate * gradient / np.sqrt(square + epsilon)
            path.append(parameter)
        put(f"{name}.options", [beta, epsilon])
        put(f"{name}.rates", rates)
        put(f"{name}.parameters", path)

    by_formula("rmsprop.formula.0.9", 0.9, 1e-8, [0.001] * STEPS)
    by_formula("rmsprop.formula.0.999", 0.999, 1e-4, falling)


def schedules():
    def rates(make, steps):
        """The rate of each step, beginning from 1."""
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1)
        scheduler = make(optimizer)
        path = []
        for _ in range(steps):
            path.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return path

    of = torch.optim.lr_scheduler
    put("schedule.cosine", rates(lambda o: of.CosineAnnealingLR(o, T_max=24), 24))
    put("schedule.cosine.0.1", rates(lambda o: of.CosineAnnealingLR(o, T_max=24, eta_min=0.1), 24))
    put("schedule.one_cycle", rates(lambda o: of.OneCycleLR(o, max_lr=1, total_steps=48), 48))
    put("schedule.one_cycle.other", rates(
        lambda o: of.OneCycleLR(o, max_lr=1, total_steps=35, pct_start=0.45, div_factor=10, final_div_factor=100), 35))
    put("schedule.one_cycle.short", rates(lambda o: of.OneCycleLR(o, max_lr=1, total_steps=3), 3))
    put("schedule.staircase", rates(lambda o: of.StepLR(o, step_size=4, gamma=0.3), 15))
    # PyTorch's first epoch is number 0, ours is 1.
    put("schedule.exponential", rates(lambda o: of.ExponentialLR(o, gamma=0.95), 16)[1:])
    put("schedule.warm_up", rates(lambda o: of.LinearLR(o, start_factor=1 / 8, total_iters=7), 12))

    random = np.random.RandomState(3)
    for name, options in {
        "defaults": dict(factor=0.5, patience=5, threshold=0, min_lr=0),
        "other": dict(factor=0.3, patience=2, threshold=0.05, min_lr=0.05),
        "hasty": dict(factor=0.9, patience=0, threshold=0.01, min_lr=0.25),
    }.items():
        # Falls, and then goes up and down about a level; below 0 as a metric with its sign turned.
        values = np.round(np.exp(-np.arange(60) / 8) - 0.9 + 0.03 * random.standard_normal(60), 3)
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1)
        scheduler = of.ReduceLROnPlateau(optimizer, threshold_mode="abs", eps=0, **options)
        path = [1.0]
        for value in values:
            scheduler.step(value)
            path.append(optimizer.param_groups[0]["lr"])
        put(f"schedule.plateau.{name}.options", list(options.values()))
        put(f"schedule.plateau.{name}.values", values)
        put(f"schedule.plateau.{name}.rates", path)


def clipping():
    gradients = [draw(10, 4, 4), draw(11, 16), 0.01 * draw(12, 2, 8)]

    def clipped(clip):
        parameters = [torch.nn.Parameter(torch.zeros_like(g)) for g in gradients]
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient.clone()
        clip(parameters)
        return torch.stack([p.grad.reshape(-1) for p in parameters])

    put("clip.gradients", torch.stack([g.reshape(-1) for g in gradients]))
    put("clip.value", clipped(lambda p: torch.nn.utils.clip_grad_value_(p, 0.5)))
    for limit in (0.75, 100):
        put(f"clip.global_norm.{limit}", clipped(lambda p: torch.nn.utils.clip_grad_norm_(p, limit)))
    put("clip.norm", clipped(lambda p: [torch.nn.utils.clip_grad_norm_([one], 0.75) for one in p]))


def penalties():
    """Linear models without intercept, m rows: where the penalized squared error of the whole set is lowest."""
    m, n = 40, 16
    x = draw(20, m, n).numpy()
    w = np.where(np.arange(n) % 3 == 0, np.round(np.linspace(-2, 2, n), 3), 0)
    y = np.round(x @ w + 0.5 * draw(21, m).numpy(), 3)
    strength, share = 12.0, 0.7
    put("penalty.x", x)
    put("penalty.y", y)
    put("penalty.strength", strength)
    put("penalty.l1_share", share)
    exact = dict(fit_intercept=False, tol=1e-14, max_iter=1_000_000)
    # Ours: Σ(y - xw)²/(2m) + λ/(2m)·(...). Ridge's is Σ(y - xw)² + alpha·Σw².
    put("penalty.l2", Ridge(alpha=strength, fit_intercept=False, solver="svd").fit(x, y).coef_)
    # Lasso's is Σ(y - xw)²/(2m) + alpha·Σ|w|.
    put("penalty.l1", Lasso(alpha=strength / (2 * m), **exact).fit(x, y).coef_)
    # ElasticNet's is Σ(y - xw)²/(2m) + alpha·l1_ratio·Σ|w| + alpha·(1 - l1_ratio)/2·Σw².
    first, second = strength * share / (2 * m), strength * (1 - share) / m
    put("penalty.elastic_net", ElasticNet(alpha=first + second, l1_ratio=first / (first + second), **exact).fit(x, y).coef_)


def write(path):
    """One line per matrix row: a changed number shows as one changed line."""
    def body(value):
        rows = [", ".join(map(repr, row)) for row in value.reshape(-1, value.shape[-1] if value.shape and value.size else 1).tolist()]
        return f"[{''.join(rows)}]" if len(rows) < 2 else "[\n    " + ",\n    ".join(rows) + "\n  ]"

    entries = [f'  "{name}": {{ "shape": {json.dumps(list(value.shape))}, "values": {body(value)} }}' for name, value in cases.items()]
    text = "{\n" + ",\n".join(entries) + "\n}\n"
    json.loads(text)
    path.write_text(text)


for make in (optimizers, schedules, clipping, penalties):
    make()
write(HERE / "rules.json")
print(f"{len(cases)} cases written with torch {torch.__version__}, numpy {np.__version__}")
