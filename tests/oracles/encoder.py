"""What Hugging Face's tokenizers in Python make of hard and random strings: ids, offsets, word numbers.

Writes tests/fixtures/data/tokenizers/unigram.json (trained here, on our own sentences) and tests/golden/encoder.json.
Random strings are not stored: both sides draw them from the same seeds (see `Draw`), and every ten share one checksum.
Run after tokenizer_ids.py from the repository root: python tests/oracles/encoder.py
"""
import json
import pathlib
import zlib

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from tokenizer_ids import SENTENCES, TEXTS

here = pathlib.Path(__file__).resolve().parent.parent
folder = here / "fixtures" / "data" / "tokenizers"
SEED, STRINGS, GROUP = 20261123, 10_000, 10
# Ranges of code points, and bits of text that tokenizers have opinions about.
POOLS = [
    [0x20, 0x7F], [0, 0x180], [0x300, 0x370], [0x370, 0x600], [0x600, 0x1200], [0x1E00, 0x2100], [0x2000, 0x2E80],
    [0x3000, 0x3100], [0x4E00, 0x5000], [0xAC00, 0xAD00], [0xF900, 0xFB50], [0xFB50, 0x10000], [0x1D000, 0x1D800],
    [0x1F300, 0x1FA00], [0x20000, 0x30000], [0, 0xD800], [0x10000, 0x110000],
]
BITS = [
    "the", " ", "ing", "'s", "'ll", "'re", "don't", " [MASK]", "<mask>  ", "</s>", "[UNK]", "<unk>", "\n", "\t", "  ",
    "\u00e9", "e\u0301", "A", "\u03a3", "\u0391\u03a3 ", "\u0130 ", "\u6f22", "\ufb01", "\u2026", "\u0085", "\ufeff",
    "\u00a0", " 123", "pump", " valve", "leaks",
]
HARD = [
    "", "   ", "Don't stop\u2014\u00dcn\u00efcode\u00a0cafe\u0301s: A\u200bB \u4e2d\u6587x, 5$\u0007!",
    "\u0391\u03a3 \u03a3. \u039f\u0394\u039f\u03a3 \u0130stanbul \u00df \ufb01 \u00bd \u2260 ;",
    "tab\there\u2028line\u000bvertical\u0085next\ufeffmark \U0001f600 \ud55c\uad6d\uc5b4 \U0001d4b3",
    "a" * 100 + " " + "b" * 101 + " " + "\U0001f600" * 60, "constructor __proto__ toString hasOwnProperty",
    "a\u0301\u0323b \u1ea5\u0323 \u1100\u1161\u11a8 \U00020000\U0002b820", "x <mask>   y<mask>z </s></s>",
    "  two  blanks\n\n\n and\t\tlines \n", "'s 's't 'tis ''ll 'LL", "\u0bae\u0bca\u0bb4\u0bbf \u0e44\u0e17\u0e22 \u0939\u093f\u0928\u094d\u0926\u0940",
]
# Strings of which the JavaScript library (@huggingface/tokenizers 0.2.0) gives other ids, and why.
DIFFERENCES = [
    ["words", "\u03a7\u0391\u039f\u03a3", "final sigma: it lower-cases whole texts, Python single characters"],
    ["words", "x\U00020000y", "Chinese characters beyond U+FFFF do not stand alone"],
    ["words", "pump\u0890valve", "control characters newer than the library's Unicode are removed"],
    ["words", "pump\u2e52valve", "punctuation newer than the library's Unicode splits words"],
    ["bytes", "!\u0085!", "U+0085 is no white space to it"],
    ["bytes", "a \ufeffb", "U+FEFF is white space to it"],
    ["bytes", "a\ua7cfb", "letters newer than the library's Unicode are letters"],
    ["ties", ". ...", "sums run on over words, so that rounding decides between equally likely ways to cut"],
]


def small_ones() -> dict:
    """Vocabularies in which those differences show."""
    from tokenizers.pre_tokenizers import ByteLevel

    pieces = ["[UNK]", "\u03c7\u03b1\u03bf\u03c2", "\u03c7\u03b1\u03bf\u03c3", "x", "y", "##y", "\U00020000", "##\U00020000", "pump", "##valve", "valve"]
    words = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
    words.normalizer = normalizers.BertNormalizer(lowercase=True)
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    signs = sorted(ByteLevel.alphabet())
    sign = lambda text: "".join(part for part, _ in ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(text))
    pairs = [(sign("\u0085")[-1], "!"), (sign(" "), sign("\ufeff")[0]), (sign("\ua7cf")[-1], "b")]
    vocabulary = {piece: i for i, piece in enumerate(signs + ["".join(pair) for pair in pairs])}
    bytes_ = Tokenizer(models.BPE(vocabulary, pairs))
    bytes_.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    ties = Tokenizer(models.Unigram([("<unk>", 0.0), ("\u2581", -2.41), (".", -7.15), ("..", -8.18)], unk_id=0))
    ties.pre_tokenizer = pre_tokenizers.Metaspace()
    return {"words": words, "bytes": bytes_, "ties": ties}


class Draw:
    """xorshift32 (Marsaglia 2003); the same in tests/unit/data/random-text.ts."""

    def __init__(self, seed: int):
        self.state = seed

    def below(self, n: int) -> int:
        x = self.state
        x = (x ^ (x << 13)) & 0xFFFFFFFF
        x ^= x >> 17
        x = (x ^ (x << 5)) & 0xFFFFFFFF
        self.state = x
        return x % n

    def string(self) -> str:
        out = ""
        for _ in range(self.below(30)):
            kind = self.below(20)
            if kind < 5:
                out += BITS[self.below(len(BITS))]
                continue
            low, high = POOLS[self.below(len(POOLS)) if kind < 12 else 0]
            code = low + self.below(high - low)
            out += "a" if 0xD800 <= code < 0xE000 else chr(code)
        return out


def unigram() -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    mask = AddedToken("<mask>", lstrip=True, normalized=False, special=True)
    special = ["<s>", "<pad>", "</s>", "<unk>", mask]
    trainer = trainers.UnigramTrainer(vocab_size=400, unk_token="<unk>", special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(SENTENCES + [text for text in TEXTS.values() if "{" not in text], trainer)
    return tokenizer


def variants(kind: str, given: dict) -> dict:
    """Other kinds of parts on the same vocabularies."""
    if kind == "bert":
        cased = {"normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": False, "strip_accents": None, "lowercase": False}}
        return {"bert-cased": cased}
    if kind == "roberta":
        post = {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": True, "add_prefix_space": True}
        return {"roberta-prefix": {"pre_tokenizer": given["pre_tokenizer"] | {"add_prefix_space": True}, "post_processor": post}}
    blanks = {"type": "WhitespaceSplit"}
    metaspace = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}
    nfd = [{"type": "NFD"}, {"type": "StripAccents"}, {"type": "Lowercase"}]
    nfc = [{"type": "Strip", "strip_left": True, "strip_right": True}, {"type": "NFC"}, {"type": "Replace", "pattern": {"String": "e"}, "content": "33"}]
    return {
        "unigram-nfd": {"normalizer": {"type": "Sequence", "normalizers": nfd}, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [blanks, metaspace]}},
        "unigram-nfc": {"normalizer": {"type": "Sequence", "normalizers": nfc}, "pre_tokenizer": metaspace | {"prepend_scheme": "first", "split": False}},
    }


def encode(tokenizer: Tokenizer, text: str) -> dict:
    found = tokenizer.encode(text, add_special_tokens=False)
    starts, ends = [start for start, _ in found.offsets], [end for _, end in found.offsets]
    return {"ids": found.ids, "starts": starts, "ends": ends, "words": found.word_ids}


def line(found: dict) -> str:
    return ";".join(",".join(map(str, found[name])) for name in ("ids", "starts", "ends", "words")) + "\n"


if __name__ == "__main__":
    target = folder / "unigram.json"
    if not target.exists():  # training is not repeatable: it sums in the order of a hash table
        trained = json.loads(unigram().to_str())
        # Few decimals: the library reads long ones one unit in the last place off, and ties turn round.
        trained["model"]["vocab"] = [[piece, round(score, 4)] for piece, score in trained["model"]["vocab"]]
        target.write_text(json.dumps(trained, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    draw = Draw(SEED)
    strings = [draw.string() for _ in range(STRINGS)]
    golden = {"made by": {"tokenizers": tokenizers.__version__}, "seed": SEED, "strings": STRINGS, "group": GROUP, "pools": POOLS, "bits": BITS, "tokenizers": {}}
    opened = {}
    for kind in ("bert", "roberta", "unigram"):
        given = json.loads((folder / f"{kind}.json").read_text(encoding="utf-8"))
        for name, changes in ({kind: {}} | variants(kind, given)).items():
            tokenizer = opened[name] = Tokenizer.from_str(json.dumps(given | changes))
            sums = []
            for at in range(0, STRINGS, GROUP):
                lines = "".join(line(encode(tokenizer, text)) for text in strings[at : at + GROUP])
                sums.append(f"{zlib.crc32(lines.encode()):08x}")
            hard = [{"text": text} | encode(tokenizer, text) for text in HARD]
            golden["tokenizers"][name] = {"base": kind, "changes": changes, "hard": hard, "checksums": "".join(sums)}
    opened |= small_ones()
    golden["differences"] = [
        {"json": json.loads(opened[name].to_str()), "text": text, "why": why, "ids": encode(opened[name], text)["ids"]}
        for name, text, why in DIFFERENCES
    ]
    (here / "golden" / "encoder.json").write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")) + "\n", encoding="utf-8")
