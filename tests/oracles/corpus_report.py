"""Golden numbers for the corpus report: vocabularies, overlap, hashed n-gram divergence, log-odds, principal axes.

Texts are ours. scikit-learn counts the words, scipy measures the divergence, numpy the log-odds of
Monroe et al. 2008 (equations 15-20, general text taken as known), scikit-learn the principal components.
Run: python tests/oracles/corpus_report.py  -> tests/golden/corpus-report.json
"""

import json
import pathlib
import re
import sys

import numpy as np
import scipy
import scipy.special
import scipy.stats
import sklearn
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import CountVectorizer

here = pathlib.Path(__file__).resolve().parent
source = (here / "../../src/data/report/stop-words.ts").read_text(encoding="utf-8")
stop_words = sorted(set(re.search(r"`([^`]*)`", source).group(1).split()))
BUCKETS, SMOOTHING, PRIOR = 10_000, 0.5, 1000

harbour = [
    "The pilot boat left the harbour at dawn; the ebb tide ran hard against the breakwater.",
    "A pilot knows the tide tables by heart, the tide-rips too: 12 of them between the two piers.",
    "Ropes, fenders and the pilot's own ladder_hooks hung over the side. The tide turned at 06:40.",
    "Nobody on the pier could see the ship's lights (fog, and then more fog). “Slow ahead”, said the pilot.",
    "Déjà vu: the same fog, the same tide, the same pilot. The harbour bell rang 3 times…",
    "The ship made fast. The tide had turned; the harbour was quiet and the pilot boat went home.",
]
orchard = [
    "The orchard stands on a slope above the village, and the apples ripen late there.",
    "Grafting begins in March: the scion is cut, waxed and bound to the rootstock.",
    "An apple tree that is pruned too hard grows nothing but water shoots; 2 of 3 beginners do that.",
    "Bees came early. The blossom froze twice, and still the apples were many and the cider good.",
    "The scion wood was kept in wet sand over the winter, in the cellar below the cider press.",
]


def vocabulary(texts, drop):
    vectorizer = CountVectorizer(stop_words=drop)
    counts = np.asarray(vectorizer.fit_transform(texts).sum(axis=0)).ravel()
    pairs = [(word, int(counts[i])) for word, i in vectorizer.vocabulary_.items()]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def fnv(word):
    h = 0x811C9DC5
    units = word.encode("utf-16-le")
    for low, high in zip(units[::2], units[1::2]):
        h = ((h ^ (low | high << 8)) * 0x01000193) & 0xFFFFFFFF
    return h


def avalanche(h):
    h ^= h >> 16
    h = (h * 0x85EBCA6B) & 0xFFFFFFFF
    h ^= h >> 13
    h = (h * 0xC2B2AE35) & 0xFFFFFFFF
    return h ^ (h >> 16)


def buckets(texts):
    counts = np.zeros(BUCKETS)
    for text in texts:
        hashes = [fnv(word) for word in re.findall(r"\w+|[^\w\s]+", text.lower())]
        for h in hashes:
            counts[avalanche(h) % BUCKETS] += 1
        for first, second in zip(hashes, hashes[1:]):
            counts[avalanche((first * 0x9E3779B1 + second) & 0xFFFFFFFF) % BUCKETS] += 1
    return counts


def divergence(p, q):
    return float(scipy.stats.entropy(p, q + SMOOTHING))


def log_odds(count, total, share):
    alpha = PRIOR * share
    omega = (count + alpha) / (total + PRIOR - count - alpha)
    return float((np.log(omega) - scipy.special.logit(share)) / np.sqrt(1 / (count + alpha)))


words = {name: vocabulary(texts, stop_words) for name, texts in (("harbour", harbour), ("orchard", orchard))}
k = min(len(words["harbour"]), len(words["orchard"]))
tops = [set(word for word, _ in words[name][:k]) for name in ("harbour", "orchard")]
histograms = {"harbour": buckets(harbour), "orchard": buckets(orchard)}
everything = dict(vocabulary(harbour, None))
total = sum(everything.values())

rng = np.random.default_rng(7)
matrix = (rng.normal(size=(60, 9)) * np.array([5, 3, 1, 1, 0.8, 0.5, 0.4, 0.3, 0.2]) + 4).astype(np.float32)
matrix = matrix @ np.linalg.qr(rng.normal(size=(9, 9)))[0].astype(np.float32)
pca = PCA(n_components=2, svd_solver="full")
axes = pca.fit_transform(matrix.astype(np.float64))
lengths = [int(x) for x in np.exp(rng.normal(5, 1.2, size=400)) + 1]

golden = {
    "versions": {
        "python": sys.version.split()[0],
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
    },
    "texts": {"harbour": harbour, "orchard": orchard},
    "vocabulary": words,
    "overlap": {"compared": k, "jaccard": len(tops[0] & tops[1]) / len(tops[0] | tops[1])},
    "grams": {name: float(h.sum()) for name, h in histograms.items()},
    "divergence": {
        "harbour from orchard": divergence(histograms["harbour"], histograms["orchard"]),
        "orchard from harbour": divergence(histograms["orchard"], histograms["harbour"]),
    },
    "log_odds": {
        "words": total,
        "cases": [
            {"word": w, "here": everything[w], "share": there / 2_000_000,
             "score": log_odds(everything[w], total, there / 2_000_000)}
            for w, there in (("tide", 40), ("pilot", 12), ("the", 130_000), ("same", 900))
        ],
    },
    "lengths": {
        "values": lengths,
        "quantiles": {str(q): float(np.quantile(lengths, q, method="inverted_cdf")) for q in (0.25, 0.5, 0.75, 0.95)},
    },
    "axes": {
        "columns": 9,
        "rows": [round(float(v), 6) for v in matrix.ravel()],
        "x": [round(float(v), 6) for v in axes[:, 0]],
        "y": [round(float(v), 6) for v in axes[:, 1]],
        "explained": [float(v) for v in pca.explained_variance_ratio_],
    },
}
out = here / "../golden/corpus-report.json"
out.write_text(json.dumps(golden, ensure_ascii=False) + "\n", encoding="utf-8")
print(golden["overlap"], golden["divergence"], golden["log_odds"]["cases"], golden["axes"]["explained"])
