"""What Hugging Face tokenizers' three trainers learn from our own demo text, and the ids they give with OUR files.

Reads public/demo/wenlow/corpus.txt (our text) and tests/fixtures/data/tokenizers/{trained,extended}-*.json (written by
`node scripts/run-ts.mjs tests/support/write-trained-tokenizers.ts`); writes tests/golden/tokenizer-trainers.json.
Run from the repository root, after that script: python tests/oracles/tokenizer_trainers.py
"""
import json
import pathlib

import tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

SIZE = 700
MIN_FREQUENCY = 2
BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
root = pathlib.Path("public/demo")
lines = [line for line in (root / "wenlow/corpus.txt").read_text(encoding="utf-8").split("\n") if line.strip()]
held_out = [line for i, line in enumerate(lines) if i % 10 == 0]
training = [line for i, line in enumerate(lines) if i % 10 != 0]


def ordered(tokenizer):
    return [piece for piece, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])]


def wordpiece():
    """The "##" signs come in hash order, which decides ties: given as special tokens they keep the order of ours."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words = [word for line in training for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(line))]
    signs = sorted({sign for word in words for sign in word})
    inner = sorted({sign for word in words for sign in word[1:]})
    trainer = trainers.WordPieceTrainer(
        vocab_size=SIZE, min_frequency=MIN_FREQUENCY, show_progress=False, special_tokens=BERT + signs + ["##" + sign for sign in inner]
    )
    tokenizer.train_from_iterator(training, trainer)
    return ordered(tokenizer)


def bpe():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE,
        min_frequency=MIN_FREQUENCY,
        show_progress=False,
        special_tokens=ROBERTA,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(training, trainer)
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return ordered(tokenizer), [" ".join(merge) for merge in merges]


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    trainer = trainers.UnigramTrainer(vocab_size=SIZE, show_progress=False, special_tokens=ROBERTA, unk_token="<unk>")
    tokenizer.train_from_iterator(training, trainer)
    return json.loads(tokenizer.to_str())["model"]["vocab"]


def ids_of(name, special=True):
    """Ids of our own file, by this library: a few lines of each demo text, and odd signs."""
    tokenizer = Tokenizer.from_file(f"tests/fixtures/data/tokenizers/{name}.json")
    other = (root / "tidehollow/corpus.txt").read_text(encoding="utf-8").split("\n")[:5]
    texts = held_out[:10] + other + ["Ünïcode ﬁ ☃ 漢字 🙂", "  two  blanks\tand [MASK] or <mask> "]
    return [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=special).ids} for text in texts]


if __name__ == "__main__":
    pieces, merges = bpe()
    golden = {
        "made by": {"tokenizers": tokenizers.__version__},
        "size": SIZE,
        "minFrequency": MIN_FREQUENCY,
        "wordpiece": wordpiece(),
        "bpe": {"pieces": pieces, "merges": merges},
        "unigram": unigram(),
        "extended ids": {name: ids_of(f"extended-{name}", False) for name in ("wordpiece", "bpe", "unigram")},
        "ids": {name: ids_of(f"trained-{name}") for name in ("wordpiece", "bpe", "unigram")},
    }
    pathlib.Path("tests/golden/tokenizer-trainers.json").write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
