"""Writes which rows of each table are the test rows, as scikit-learn's train_test_split(test_size=0.2, random_state=0) draws them.

    python3 sklearn_splits.py DATA_FOLDER

A file has the numbers of the test rows, counted from 0, ascending, separated by spaces. Tables of classes are divided equally by class.
scikit-learn 1.2.1 wrote the files here.
"""
import gzip
import sys
from pathlib import Path

from sklearn.model_selection import train_test_split

TABLES = {  # name: (file, has a header, what separates fields; None: any blank, whether it is of classes)
    "california-housing": ("california-housing/housing.csv.gz", True, ",", False),
    "covertype-20k": ("covertype20k/covtype.20k.data.gz", False, ",", True),
    "letter": ("letter/letter-recognition.data.gz", False, None, True),
}

data = Path(sys.argv[1])
for name, (file, has_header, separator, is_of_classes) in TABLES.items():
    with gzip.open(data / file, "rt") as text:
        lines = [line.strip() for line in text if line.strip()][has_header:]
    classes = [line.split(separator)[-1] for line in lines] if is_of_classes else None
    _, test = train_test_split(range(len(lines)), test_size=0.2, random_state=0, stratify=classes)
    rows = " ".join(map(str, sorted(test)))
    Path(__file__).with_name(f"{name}.txt").write_text(rows + "\n")
