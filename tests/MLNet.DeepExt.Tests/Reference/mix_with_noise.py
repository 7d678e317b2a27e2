"""Writes mix_with_noise.json: signals, a noise as long as they are, and what numpy makes of them at several ratios of signal to noise.

Run: python3 mix_with_noise.py   (numpy; the result was made with the version that it names)
"""
import json

import numpy as np

random = np.random.RandomState(7)
length = 50
time = np.arange(length)
signals = np.stack([
    np.sin(0.3 * time),                       # a tone
    random.normal(0, 1000, length),           # loud
    random.normal(1e-3, 1e-4, length),        # soft, and far from mean 0
    (time == 20) * 3.0,                       # a click
]).astype(np.float32)
noise = random.normal(0.5, 2, length).astype(np.float32)


def mixed(x, n, decibels):
    x, n = x.astype(np.float64), n.astype(np.float64)
    gain = np.sqrt(np.mean(x ** 2) / (np.mean(n ** 2) * 10 ** (decibels / 10)))
    return x + gain * n


ratios = [-10.0, 0.0, 3.0, 20.0]
with open("mix_with_noise.json", "w") as file:
    json.dump({
        "source": f"numpy {np.__version__}",
        "signals": signals.tolist(),
        "noise": noise.tolist(),
        "ratios": ratios,
        "mixed": [[mixed(x, noise, ratio).tolist() for x in signals] for ratio in ratios],
    }, file)
    file.write("\n")
