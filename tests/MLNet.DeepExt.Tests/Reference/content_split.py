"""Prints which of 60 rows are in test where the content decides, by what TrainDevTestSplitOptions.ByContent documents.

A row has the columns Id (0 to 59) and Label ("row 0" to "row 59"), TestFraction is 0.1, the seed 0.

Run: python3 content_split.py
"""
MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def combine(first, second):
    return mix(first ^ mix((second + GAMMA) & MASK))


def text(letters):
    code = len(letters)
    whole = len(letters) // 4 * 4
    for i in range(0, whole, 4):
        code = combine(code, sum(ord(letters[i + j]) << 16 * j for j in range(4)))
    for letter in letters[whole:]:
        code = combine(code, ord(letter))
    return code


def place(row):
    content = combine(combine(0, row), text(f"row {row}"))
    return (mix((content + GAMMA) & MASK) >> 11) / 2**53


print([row for row in range(60) if place(row) < 0.1])
