"""Makes tests/golden/selection.json: DSIR log importance weights of our own texts by the authors' package (our hash put
in the place of its SHA-256, everything else as it is), and nearest neighbours by scikit-learn.

Run: python tests/oracles/selection.py > tests/golden/selection.json   (needs data-selection, scikit-learn)
"""

import json
import random
import tempfile
from importlib.metadata import version
from pathlib import Path

import data_selection.hashed_ngram_dsir as dsir
import numpy as np
import sklearn
from sklearn.neighbors import NearestNeighbors


def fnv(text):
    h = 0x811C9DC5
    for unit in np.frombuffer(text.encode("utf-16-le"), dtype="<u2"):
        h = ((h ^ int(unit)) * 0x01000193) & 0xFFFFFFFF
    return h


def avalanche(h):
    h ^= h >> 16
    h = (h * 0x85EBCA6B) & 0xFFFFFFFF
    h ^= h >> 13
    h = (h * 0xC2B2AE35) & 0xFFFFFFFF
    return h ^ (h >> 16)


def bucket(text, num_buckets=10000):
    words = text.split(" ")  # a token of WordPunctTokenizer has no blank: two words are a pair
    if len(words) == 1:
        return avalanche(fnv(words[0])) % num_buckets
    return avalanche((((fnv(words[0]) * 0x9E3779B1) & 0xFFFFFFFF) + fnv(words[1])) & 0xFFFFFFFF) % num_buckets


dsir.hash_buckets = bucket
rng = random.Random(11)
fields = {
    "lake": "keeper lamp boat fog harbour net wind Night crew water rope it's".split(),
    "shop": "price, shelf order customer box shipped return late counter Öre (ca. 5%) till".split(),
    "both": "the and of was at in, with. for a".split(),
}


def text(field, share):
    n = rng.randint(4, 60)
    return " ".join(rng.choice(fields[field if rng.random() < share else "both"]) for _ in range(n))


raw = [text("lake" if i % 3 == 0 else "shop", rng.choice([0.2, 0.5, 0.8])) for i in range(90)]
target = [text("lake", 0.6) for _ in range(25)]
with tempfile.TemporaryDirectory() as folder:
    for name, texts in (("raw", raw), ("target", target)):
        lines = "\n".join(json.dumps({"text": one}) for one in texts)
        Path(folder, f"{name}.jsonl").write_text(lines + "\n")
    run = dsir.HashedNgramDSIR(
        [f"{folder}/raw.jsonl"], [f"{folder}/target.jsonl"], cache_dir=f"{folder}/cache", num_proc=1
    )
    run.fit_importance_estimator(num_tokens_to_fit="all")
    weights = [float(run.importance_estimator(run.featurizer(one))) for one in raw]

draw = np.random.default_rng(5)
targets = draw.normal(size=(40, 8)).round(4)
rows = draw.normal(size=(30, 8)).round(4)
near = {}
for k in (1, 3, 10):
    distance, _ = NearestNeighbors(n_neighbors=k, metric="cosine").fit(targets).kneighbors(rows)
    near[str(k)] = (1 - distance).mean(axis=1).round(9).tolist()

print(
    json.dumps(
        {
            "versions": {
                "data-selection": version("data-selection"),
                "nltk": version("nltk"),
                "scikit-learn": sklearn.__version__,
                "numpy": np.__version__,
            },
            "raw": raw,
            "target": target,
            "weights": [round(one, 9) for one in weights],
            "targets": targets.tolist(),
            "rows": rows.tolist(),
            "nearness": near,
        }
    )
)
