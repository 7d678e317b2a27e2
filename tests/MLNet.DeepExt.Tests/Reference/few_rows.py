"""What scikit-learn's linear model and network reach on tables of few rows: few_rows.json.

python3 few_rows.py, with Debian's python3-sklearn. Rows are those of scikit-learn's own data sets; each line of "splits" is an order of the
rows, of which the first quarter is for the test.
"""
import json
import warnings

import numpy as np
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
result = {}
for name, load in (("iris", load_iris), ("wine", load_wine), ("cancer", load_breast_cancer)):
    features, classes = load(return_X_y=True)
    features = features.astype(np.float32)
    splits = [np.random.RandomState(100 + repeat).permutation(len(classes)) for repeat in range(4)]
    entry = {
        "width": features.shape[1],
        "features": [float(f"{value:.9g}") for value in features.ravel()],
        "classes": classes.tolist(),
        "splits": [order.tolist() for order in splits],
    }
    for kind, model in (("linear", LogisticRegression(max_iter=2000)), ("network", MLPClassifier(max_iter=500, random_state=0))):
        losses, hits = [], []
        for order in splits:
            test, train = order[: len(order) // 4], order[len(order) // 4 :]
            fitted = make_pipeline(StandardScaler(), model).fit(features[train], classes[train])
            losses.append(log_loss(classes[test], fitted.predict_proba(features[test]), labels=np.unique(classes)))
            hits.append(accuracy_score(classes[test], fitted.predict(features[test])))
        entry[kind] = {"log_loss": float(np.mean(losses)), "accuracy": float(np.mean(hits))}
        print(name, kind, entry[kind])
    result[name] = entry
with open("few_rows.json", "w") as file:
    json.dump(result, file, separators=(",", ":"))
    file.write("\n")
