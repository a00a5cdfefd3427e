"""What each way of choosing hidden tokens promises, worked out apart from our code.

Whole words and terms: how often each token of a short text is hidden, exactly, by going through every order in which
words can be tried; words are those of Hugging Face's tokenizers. The rule for words is transformers' (4.x)
DataCollatorForWholeWordMask: words in random order, each taken whole if it fits what is left of the budget.
Terms: a share of the budget goes to occurrences of the list, in random order; the rest to words in no term.
Spans: how long runs of hidden words are, by drawing SpanBERT's procedure 200,000 times in NumPy.
Writes tests/golden/masking.json. Run from the repository root: python tests/oracles/masking.py
"""

import itertools
import json
import pathlib

import numpy
import tokenizers
from tokenizers import Tokenizer

here = pathlib.Path(__file__).resolve().parent.parent
TEXT = "The old pump valve leaks behind heating pump"
TERMS = ["pump", "valve leaks"]
RATE, TERM_RATE, TERM_SHARE = 0.35, 0.5, 0.6
SPAN_WORDS, SPAN_RATE, SPAN_DRAWS, SEED = 100, 0.2, 200_000, 20261123


def budget(tokens, rate):
    return max(1, int(tokens * rate + 0.5))


def inclusion(groups, room, tokens):
    """How often each token is hidden, over all orders of the groups."""
    hidden = numpy.zeros(tokens)
    orders = 0
    for order in itertools.permutations(range(len(groups))):
        left = room
        orders += 1
        for g in order:
            if len(groups[g]) <= left:
                hidden[groups[g]] += 1
                left -= len(groups[g])
    return hidden / orders


def words_of(encoding):
    groups = {}
    for place, word in enumerate(encoding.word_ids):
        groups.setdefault(word, []).append(place)
    return list(groups.values())


def terms_and_rest(words):
    """Occurrences of the terms as places, by the text's own words, and the words in none of them."""
    texts, found, used = TEXT.split(), [], set()
    for term in TERMS:
        parts = term.split()
        for i in range(len(texts) - len(parts) + 1):
            if texts[i : i + len(parts)] == parts:
                found.append(sum((words[i + k] for k in range(len(parts))), []))
                used.update(range(i, i + len(parts)))
    return found, [word for i, word in enumerate(words) if i not in used]


def with_terms(words, tokens):
    found, rest = terms_and_rest(words)
    whole = budget(tokens, TERM_RATE)
    hidden, orders = numpy.zeros(tokens), 0
    for order in itertools.permutations(range(len(found))):
        left, chosen = int(TERM_SHARE * whole + 0.5), []
        for t in order:
            if len(found[t]) <= left:
                chosen += found[t]
                left -= len(found[t])
        hidden[chosen] += 1
        hidden += inclusion(rest, whole - len(chosen), tokens)
        orders += 1
    return hidden / orders


def span_runs():
    """Share of each run length (words) among runs of hidden words, for a text of words of one token each."""
    draw = numpy.random.default_rng(SEED)
    lengths = numpy.arange(1, 11)
    chances = 0.2 * 0.8 ** (lengths - 1)
    chances /= chances.sum()
    counts = numpy.zeros(SPAN_WORDS + 1)
    for _ in range(SPAN_DRAWS // 10):
        taken, left = numpy.zeros(SPAN_WORDS, bool), budget(SPAN_WORDS, SPAN_RATE)
        while left > 0:
            length, word = draw.choice(lengths, p=chances), draw.integers(SPAN_WORDS)
            while length > 0 and left > 0 and word < SPAN_WORDS and not taken[word]:
                taken[word] = True
                word, length, left = word + 1, length - 1, left - 1
        run = 0
        for hidden in [*taken, False]:
            if hidden:
                run += 1
            elif run:
                counts[run] += 1
                run = 0
    return (counts / counts.sum())[1:16].tolist()


def main():
    golden = dict(
        madeBy="tests/oracles/masking.py",
        versions=dict(tokenizers=tokenizers.__version__, numpy=numpy.__version__),
        text=TEXT,
        terms=TERMS,
        rate=RATE,
        termRate=TERM_RATE,
        termShare=TERM_SHARE,
        spans=dict(words=SPAN_WORDS, rate=SPAN_RATE, runs=span_runs()),
        tokenizers={},
    )
    for kind in ("bert", "roberta", "unigram"):
        encoding = Tokenizer.from_file(str(here / f"fixtures/data/tokenizers/{kind}.json")).encode(
            TEXT, add_special_tokens=False
        )
        words, tokens = words_of(encoding), len(encoding.ids)
        golden["tokenizers"][kind] = dict(
            ids=encoding.ids,
            words=words,
            terms=terms_and_rest(words)[0],
            byWord=inclusion(words, budget(tokens, RATE), tokens).round(6).tolist(),
            byTerm=with_terms(words, tokens).round(6).tolist(),
        )
        print(kind, tokens, golden["tokenizers"][kind]["byTerm"])
    (here / "golden" / "masking.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
