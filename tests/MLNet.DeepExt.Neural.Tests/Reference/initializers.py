#!/usr/bin/env python3
"""Writes initializers.json: what PyTorch's initializers draw, for InitializerTests. README.md says what each case is."""
import json
import math
import pathlib

import torch

HERE = pathlib.Path(__file__).resolve().parent
FAN_IN, FAN_OUT, DRAWS = 300, 200, 20
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.manual_seed(200)
cases = {"fan_in": FAN_IN, "fan_out": FAN_OUT}

for name, fill in {
    "zeros": torch.nn.init.zeros_,
    "normal_0.01": lambda w: torch.nn.init.normal_(w, 0, 0.01),
    "normal_1.5": lambda w: torch.nn.init.normal_(w, 0, 1.5),
    "he_normal": lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu"),
    "glorot_normal": torch.nn.init.xavier_normal_,
    "xavier_normal": lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="linear"),
    "he_uniform": lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
    "glorot_uniform": torch.nn.init.xavier_uniform_,
    "xavier_uniform": lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="linear"),
}.items():
    sample = torch.stack([fill(torch.empty(FAN_OUT, FAN_IN)) for _ in range(DRAWS)])
    variance = (sample ** 2).mean().item()
    cases[f"{name}.deviation"] = math.sqrt(variance)
    cases[f"{name}.largest"] = sample.abs().max().item()
    cases[f"{name}.kurtosis"] = (sample ** 4).mean().item() / variance ** 2 if variance else 0.0

lines = [f'  "{name}": {{ "shape": [], "values": [{value!r}] }}' for name, value in cases.items()]
text = "{\n" + ",\n".join(lines) + "\n}\n"
json.loads(text)
(HERE / "initializers.json").write_text(text)
print(f"{len(cases)} cases written with torch {torch.__version__}")
