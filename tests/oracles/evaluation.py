"""Makes tests/golden/evaluation.json: scores of our own random cases by seqeval, scikit-learn and scipy.

Run: python tests/oracles/evaluation.py > tests/golden/evaluation.json
"""

import json
import sys
import warnings

import numpy as np
import scipy
import scipy.stats as stats
import seqeval.metrics.sequence_labeling as seq
import sklearn
from importlib.metadata import version
from seqeval.metrics.v1 import precision_recall_fscore_support as strict_scores
from seqeval.scheme import IOB2
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20240917)


def number(x, digits=12):
    return None if not np.isfinite(x) else round(float(x), digits)


def prfs(scores):
    """(precision, recall, f1, support) of each type, or of all."""
    if np.ndim(scores[2]) == 0:
        return [number(scores[0]), number(scores[1]), number(scores[2]), int(scores[3])]
    return [[number(p), number(r), number(f), int(s)] for p, r, f, s in zip(*scores)]


def random_tags(length, types, prefixes, outside):
    return ["O" if rng.random() < outside else f"{rng.choice(prefixes)}-{rng.choice(types)}" for _ in range(length)]


def disturbed(tags, types, prefixes, rate):
    other = random_tags(len(tags), types, prefixes, 0.5)
    return [o if rng.random() < rate else t for t, o in zip(tags, other)]


def ner_case(index):
    types = ["PER", "LOC", "A-B"][: 1 + index % 3]
    chunky = index % 5 == 4  # IOBES prefixes: default mode only
    prefixes = list("BIES") if chunky else list("BI")
    outside = [0.0, 0.3, 0.6, 0.9, 1.0][index % 5] if index % 7 else 0.5
    gold = [random_tags(int(rng.integers(1, 10)), types, prefixes, outside) for _ in range(int(rng.integers(1, 4)))]
    rate = [0.0, 0.2, 0.5, 1.0][index % 4]
    predicted = [["O"] * len(s) if index % 11 == 0 else disturbed(s, types, prefixes, rate) for s in gold]
    case = {"gold": [" ".join(s) for s in gold], "predicted": [" ".join(s) for s in predicted]}
    case["default"] = prfs(seq.precision_recall_fscore_support(gold, predicted, average="micro"))
    names = sorted({c[0] for s in (gold, predicted) for c in seq.get_entities(s)})
    each = prfs(seq.precision_recall_fscore_support(gold, predicted, average=None))
    case["defaultByType"] = dict(zip(names, each))
    if not chunky:
        case["strict"] = prfs(strict_scores(gold, predicted, average="micro", scheme=IOB2))
    return case


def class_case(index):
    n = int(rng.integers(1, 40))
    labels = ["a", "b", "c", "d", "e"][: 1 + index % 5]
    gold = rng.choice(labels, n)
    predicted = np.where(rng.random(n) < [0.0, 0.3, 0.7, 1.0][index % 4], rng.choice(labels, n), gold)
    if index % 9 == 0:
        predicted = np.full(n, labels[0])
    if index % 13 == 0:
        predicted = np.full(n, "never in gold")
    return {
        "gold": gold.tolist(),
        "predicted": predicted.tolist(),
        "accuracy": number(accuracy_score(gold, predicted)),
        "macroF1": number(f1_score(gold, predicted, average="macro")),
        "matthews": number(matthews_corrcoef(gold, predicted)),
    }


def correlation_case(index):
    n = int(rng.integers(2, 30))
    x = rng.normal(size=n).round(3)
    y = (x * (index % 3 - 1) + rng.normal(size=n)).round(3)
    if index % 4 == 1:
        x, y = x.round(0) + 0.0, y.round(0) + 0.0  # many ties
    if index % 10 == 7:
        y = np.full(n, 2.5)  # constant: undefined
    return {
        "x": x.tolist(),
        "y": y.tolist(),
        "pearson": number(stats.pearsonr(x, y)[0]),
        "spearman": number(stats.spearmanr(x, y)[0]),
        "ranks": stats.rankdata(x).tolist(),
    }


def logistic_case(n, d, classes, c):
    mix = rng.normal(size=(d, d))
    x = (rng.normal(size=(n, d)) @ mix).round(3)
    w = rng.normal(size=(d, classes))
    y = (x @ w + rng.gumbel(size=(n, classes)) * 2).argmax(1)
    y[:classes] = np.arange(classes)
    model = LogisticRegression(C=c, tol=1e-10, max_iter=100000).fit(x, y)
    return {
        "x": x.tolist(),
        "y": y.tolist(),
        "classes": classes,
        "C": c,
        "probabilities": [[number(p, 8) for p in row] for row in model.predict_proba(x)],
        "coefficients": [[number(v, 8) for v in row] for row in model.coef_],
    }


TRAIN = [
    "The pump failed after the second test of the cooling loop.",
    "The cooling loop held its pressure, and the pump ran for 24 hours!",
    "Our choir sings on Sunday; the second piece is by a local composer.",
    "A local composer wrote three songs for the Sunday choir.",
    "Replace the filter, then test the pump again: error code E_42 is harmless.",
    "The tenor's voice cracked in the third song, but the choir sang on.",
    "Ärzte und naïve cafés: façade, cafe\u0301, 東京 駅, x² and I/O.",
    "ISTANBUL \u0130stanbul STRASSE straße ΣΟΦΟΣ",
]
TEST = [
    "Is the choir's pump a local song?",
    "Third test: pressure in the loop.",
    "zzz unknown",
    "",
]


def tfidf_case():
    vectorizer = TfidfVectorizer(ngram_range=(1, 2))
    train = vectorizer.fit_transform(TRAIN)
    test = vectorizer.transform(TEST)
    y = [0, 0, 1, 1, 0, 1, 2, 2]
    model = LogisticRegression(C=1, tol=1e-10, max_iter=100000).fit(train, y)
    rows = [[[int(j), number(v, 8)] for j, v in zip(r.indices, r.data)] for m in (train, test) for r in m]
    return {
        "train": TRAIN,
        "test": TEST,
        "labels": y,
        "vocabulary": sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.get),
        "idf": [number(v, 10) for v in vectorizer.idf_],
        "rows": [sorted(row) for row in rows],
        "probabilities": [[number(p, 8) for p in row] for row in model.predict_proba(test)],
    }


def bootstrap_case():
    """Percentile intervals by scipy with many draws; ours may differ by the noise of both."""
    n = 80
    base = (rng.random(n) < 0.6).astype(float)
    tuned = np.where(rng.random(n) < 0.2, (rng.random(n) < 0.9).astype(float), base)
    x = rng.normal(size=n).round(2)
    y = (x + rng.normal(size=n)).round(1)
    mean = stats.bootstrap(
        (tuned, base), lambda a, b: a.mean() - b.mean(), paired=True, vectorized=False, method="percentile",
        n_resamples=20000, rng=rng,
    )
    rank = stats.bootstrap(
        (x, y), lambda a, b: stats.spearmanr(a, b)[0], paired=True, vectorized=False, method="percentile",
        n_resamples=5000, rng=rng,
    )
    return {
        "base": base.astype(int).tolist(),
        "tuned": tuned.astype(int).tolist(),
        "difference": [number(v, 6) for v in mean.confidence_interval],
        "x": x.tolist(),
        "y": y.tolist(),
        "spearman": [number(v, 6) for v in rank.confidence_interval],
    }


json.dump(
    {
        "versions": {
            "python": sys.version.split()[0],
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__,
            "seqeval": version("seqeval"),
        },
        "ner": [ner_case(i) for i in range(300)],
        "classification": [class_case(i) for i in range(150)],
        "correlation": [correlation_case(i) for i in range(80)],
        "logistic": [logistic_case(60, 5, 3, 1.0), logistic_case(90, 8, 5, 10.0), logistic_case(50, 4, 2, 0.5)],
        "tfidf": tfidf_case(),
        "bootstrap": bootstrap_case(),
    },
    sys.stdout,
    separators=(",", ":"),
)
