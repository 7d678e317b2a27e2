#!/usr/bin/env python3
"""Writes augmentations.json: moved and smoothed pictures, computed by SciPy in double, that the C# tests compare with.

Run it in any folder; it writes beside itself. README.md says what each case is.
"""
import json
import pathlib

import numpy as np
import scipy
from scipy import ndimage

HEIGHT, WIDTH = 7, 9
FILL = 0.25

# By name: Xx, Xy, X, Yx, Yy, Y, in pixels from the middle.
MAPS = {
    "rotation": (np.cos(0.4), np.sin(0.4), 0, -np.sin(0.4), np.cos(0.4), 0),
    "shift": (1, 0, 2.25, 0, 1, -1.5),
    "zoom": (0.6, 0, 0.7, 0, 0.6, -0.4),
    "shear": (1, 0.5, 0, 0, 1, 0),
    "all": (0.9, 0.3, -1.2, -0.25, 1.2, 0.8),
}

cases = {}


def put(name, value):
    """Stores an array, row-major."""
    value = np.array(value, dtype=np.float64)
    assert name not in cases and np.isfinite(value).all(), name
    cases[name] = value


picture = np.round(np.random.RandomState(1).random_sample((HEIGHT, WIDTH)), 3)
put("picture", picture)
middle = np.array([(HEIGHT - 1) / 2, (WIDTH - 1) / 2])
for name, (xx, xy, x, yx, yy, y) in MAPS.items():
    put(f"{name}.map", [xx, xy, x, yx, yy, y])
    matrix = np.array([[yy, yx], [xy, xx]])  # SciPy counts rows before columns
    offset = middle + [y, x] - matrix @ middle
    put(f"{name}.edges", ndimage.affine_transform(picture, matrix, offset, order=1, mode="nearest"))
    put(f"{name}.fill", ndimage.affine_transform(picture, matrix, offset, order=1, mode="grid-constant", cval=FILL))

for sigma in (0.5, 1.5, 4):
    put(f"smooth.{sigma}", ndimage.gaussian_filter(picture, sigma, mode="constant", truncate=12))

entries = [
    f"  {json.dumps(name)}: {{\"shape\": {json.dumps(list(value.shape))}, \"values\": {json.dumps(value.ravel().tolist())}}}"
    for name, value in cases.items()
]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text("{\n" + ",\n".join(entries) + "\n}\n")
print(f"{path.name}: {len(cases)} cases, SciPy {scipy.__version__}")
