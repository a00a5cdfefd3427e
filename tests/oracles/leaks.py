"""Makes tests/golden/leaks.json: our own texts normalised by datatrove, and its 12-grams that two texts share.

Run: python tests/oracles/leaks.py > tests/golden/leaks.json
"""

import json
import random
from importlib.metadata import version

from datatrove.utils.text import ngrams, simplify_text

written = [
    "The keeper's log: 3,5 metres of water -- and rising!",
    "Naïve façade; El Niño, Åse & Øyvind… “quoted” «twice»",
    "v1.2.3 costs 1,000,000.50 units (approx. 12%) at 10:45",
    "line one\nline two\tand\u00a0a no-break blank\r\n  the end  ",
    "COVID-19 in 2020–2021: don't, can't, it’s",
    "e\u0301te\u0301 = été; ﬁne ﬂoor; ÅNGSTRÖM İstanbul",
    "١٢٣ and १२३ and １２３ are numbers; x² is not; ½ neither",
    "日本語のテキスト、句読点。「かぎ」と（かっこ）",
    "a.b.c|d/e\\f #tag @name _under_ ~tilde^ `tick`",
    "control\x07char\x1fand\x85next",
    "emoji 🙂 and 𝟙𝟚 and 𝕏",
    "...",
    "",
    "3.4.5 3,4,5 3٫4 a1.5b 7. .7 0.0.",
]
rng = random.Random(7)
alphabet = [chr(c) for c in range(1, 0x250)] + list("–—…“”’،٫0123456789 ..,,  ") * 8
for _ in range(400):
    written.append("".join(rng.choice(alphabet) for _ in range(rng.randint(1, 60))))

words = "the keeper wrote of wind water rope lamp fish harbour night crew boat and then again 7 3.5".split()


def sentence(n):
    return [rng.choice(words) for _ in range(n)]


pairs = []
for i in range(60):
    document, item = sentence(rng.randint(5, 80)), sentence(rng.randint(8, 40))
    if i % 3:  # a shared run of 9 to 20 words, somewhere
        run = rng.randint(9, 20)
        shared = sentence(run)
        at, to = rng.randint(0, len(document)), rng.randint(0, len(item))
        document[at:at] = shared
        item[to:to] = shared
    a, b = " ".join(document).capitalize() + ".", ", ".join(item)
    one = simplify_text(a).split()
    two = simplify_text(b).split()
    both = set(ngrams(one, 12)) & set(ngrams(two, 12))
    covered = {p + w for p, run in enumerate(ngrams(two, 12)) if run in both for w in range(12)}
    fives = set(ngrams(two, 5))
    inside = len(fives & set(ngrams(one, 5))) / len(fives)
    pairs.append({"document": a, "item": b, "covered": len(covered), "words": len(two), "containment": inside})

print(
    json.dumps(
        {
            "versions": {"datatrove": version("datatrove")},
            "normalized": [[text, simplify_text(text)] for text in written],
            "pairs": pairs,
        },
        ensure_ascii=True,
    )
)
