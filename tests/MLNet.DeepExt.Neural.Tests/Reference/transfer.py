#!/usr/bin/env python3
"""Writes transfer.json and transfer*.safetensors: networks and tensors of PyTorch that the C# tests take over.

Run it in any folder; it writes beside itself. README.md says what each case is.
The container is written by hand, by its public description (https://github.com/huggingface/safetensors): the length of the
header as 8 bytes little-endian, the header as JSON, then the tensors' bytes, row-major and little-endian.
"""
import json
import pathlib
import struct

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
TYPES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}
torch.set_num_threads(1)  # one order of summation, so that a second run writes the same bytes

cases = {}


def put(name, value):
    value = np.array(value.detach().double(), dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = value


def draw(seed, *shape):
    return torch.tensor(np.round(np.random.RandomState(seed).standard_normal(shape), 3))


def raw(tensor):
    tensor = tensor.detach().contiguous()
    if tensor.dtype == torch.bfloat16:  # NumPy has none
        tensor = tensor.view(torch.int16)
    return tensor.numpy().tobytes()


def save(path, tensors, metadata):
    """Names in alphabetical order, data in another, the header padded with spaces to a multiple of 8, as the library does."""
    order = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    header, data = {}, b""
    for name in order:
        content = raw(tensors[name])
        header[name] = {
            "dtype": TYPES[tensors[name].dtype], "shape": list(tensors[name].shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps({"__metadata__": metadata, **{name: header[name] for name in sorted(header)}}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def network():
    torch.manual_seed(1)
    layers = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.BatchNorm1d(7), torch.nn.ReLU(), torch.nn.Linear(7, 3))
    inputs = (1 + 2 * draw(1, 16, 5)).float()
    classes = torch.tensor([0, 1, 2, 2, 1, 0, 1, 1, 2, 0, 0, 2, 1, 0, 2, 1])
    optimizer = torch.optim.Adam(layers.parameters(), lr=0.05)
    for _ in range(12):
        optimizer.zero_grad()
        F.cross_entropy(layers(inputs), classes).backward()
        optimizer.step()
    layers.eval()
    save(HERE / "transfer.safetensors", layers.state_dict(), {"format": "pt"})
    rows = (1 + 2 * draw(2, 10, 5)).float()
    put("network.x", rows)
    put("network.logits", layers(rows))
    put("network.probabilities", F.softmax(layers(rows), dim=1))


def types():
    values = draw(3, 2, 3)
    values[0, 0] = 1 / 3
    values[1, 2] = -65504
    tensors = {
        "f64": values, "f32": values.float(), "f16": values.half(), "bf16": values.bfloat16(),
        "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 4), "counter": torch.tensor(12)}
    save(HERE / "transfer_types.safetensors", tensors, {})
    for name in ("f64", "f32", "f16", "bf16"):
        put(f"types.{name}", tensors[name].float())


def frozen():
    """The first two modules do not learn: no gradient of theirs, and batch normalization by its running statistics."""
    layers = torch.nn.Sequential(
        torch.nn.Linear(6, 5, bias=False), torch.nn.BatchNorm1d(5), torch.nn.Tanh(),
        torch.nn.Linear(5, 4, bias=False), torch.nn.BatchNorm1d(4), torch.nn.Tanh(), torch.nn.Linear(4, 3)).double()
    with torch.no_grad():
        for seed, (name, value) in enumerate(layers.state_dict().items(), 10):
            if value.dim() > 0:
                value.copy_(0.6 + 0.3 * draw(seed, *value.shape).abs() if "var" in name else 0.5 * draw(seed, *value.shape))
    layers[0].requires_grad_(False)
    layers[1].requires_grad_(False)
    for name, value in layers.state_dict().items():
        if value.dim() > 0:
            put(f"frozen.start.{name}", value.t() if value.dim() == 2 else value)
    inputs, classes = draw(30, 8, 6), torch.tensor([0, 1, 2, 2, 1, 0, 1, 1])
    put("frozen.x", inputs)
    put("frozen.classes", classes)
    layers.train()
    layers[1].eval()
    x = inputs.clone().requires_grad_()
    loss = F.cross_entropy(layers(x), classes)
    loss.backward()
    put("frozen.loss", loss)
    put("frozen.dx", x.grad)
    for name, parameter in layers.named_parameters():
        if parameter.grad is not None:
            put(f"frozen.gradient.{name}", parameter.grad.t() if parameter.dim() == 2 else parameter.grad)
    put("frozen.running_mean", layers[4].running_mean)
    put("frozen.running_var", layers[4].running_var)


def write(path):
    """One line per matrix row: a changed number shows as one changed line."""
    def lines(value):
        rows = value.reshape(-1, value.shape[-1] if value.ndim else 1).tolist()
        return ",\n    ".join(", ".join(repr(number) for number in row) for row in rows)

    entries = [f'  "{name}": {{ "shape": {json.dumps(list(value.shape))}, "values": [{lines(value)}] }}' for name, value in cases.items()]
    text = "{\n" + ",\n".join(entries) + "\n}\n"
    json.loads(text)
    path.write_text(text)


for make in (network, types, frozen):
    make()
write(HERE / "transfer.json")
print(f"{len(cases)} cases written with torch {torch.__version__}, numpy {np.__version__}")
