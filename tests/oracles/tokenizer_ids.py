"""Trains two tiny tokenizers on our own sentences and records what Hugging Face's tokenizers make of test texts.

Writes tests/fixtures/data/tokenizers/{bert,roberta}.json (tokenizer.json files) and tests/golden/tokenizer-ids.json.
Run from the repository root: python tests/oracles/tokenizer_ids.py
"""
import json
import pathlib

import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

# Our own text: small, but with the letters, marks and endings that the test texts need.
NOUNS = "valve pump filter sensor motor gasket bearing housing piston gauge cable switch panel tank pipe".split()
VERBS = "opens closes leaks rattles overheats corrodes vibrates stalls restarts drains".split()
PLACES = "workshop cellar station greenhouse harbour tunnel laboratory".split()
SENTENCES = [
    f"The {noun} in the {PLACES[(i + j) % 7]} {verb} when it's cold; we're checking no. {i * 10 + j} (see page {i + 2 * j})."
    for i, noun in enumerate(NOUNS)
    for j, verb in enumerate(VERBS)
] + ["Naïve café owners coöperate, don't they?", "Prices: $3.50, 20 €, 100 %!", "Mr. O'Neill said: \"Stop it — now…\""]

TEXTS = {
    "plain": "The pump rattles when it's cold.",
    "case": "THE Valve OPENS",
    "accents": "naïve café coöperate Ångström",
    "decomposed accents": "cafe\u0301 nai\u0308ve",
    "punctuation": "Stop it!! (now)… \"don't\" -- we're $3.50/20%",
    "white space": "  two  blanks\tand a tab \n\n and lines  ",
    "no-break space": "20\u00a0% and\u2009thin",
    "unknown signs": "snowman ☃ and 漢字 and 🙂",
    "control": "bell\u0007 zero\u200bwidth soft\u00adhyphen",
    "mask in text": "the {mask} leaks",
    "long word": "a" * 150 + " end",
    "contractions": "we'll I'm they've he'd it's",
    "numbers": "3 33 333 3333 3.14159",
    "one letter": "x",
    "blank": "   ",
}
WORDS = [
    ["The", "pump", "'s", "housing", "leaks", "."],
    ["(", "U.S.", "café", ")"],
    ["☃", "\u200b", "overheating", "pumps"],
]

here = pathlib.Path(__file__).resolve().parent.parent


def bert() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=300, show_progress=False, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def roberta() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    mask = AddedToken("<mask>", lstrip=True, normalized=False, special=True)
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        show_progress=False,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", mask],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return tokenizer


def record(tokenizer: Tokenizer, mask: str) -> dict:
    texts = []
    for name, text in TEXTS.items():
        text = text.replace("{mask}", mask)
        encoding = tokenizer.encode(text, add_special_tokens=False)
        texts.append({"name": name, "text": text, "ids": encoding.ids, "tokens": encoding.tokens})
    return {"texts": texts, "size": tokenizer.get_vocab_size()}


def words(tokenizer: Tokenizer, byte_level: bool) -> list:
    """Ids of each word alone; a byte-level word after the first has a blank before it; none: the unknown token."""
    unknown = tokenizer.token_to_id("<unk>" if byte_level else "[UNK]")
    result = []
    for sentence in WORDS:
        pieces = [
            tokenizer.encode(f" {word}" if byte_level and i > 0 else word, add_special_tokens=False).ids or [unknown]
            for i, word in enumerate(sentence)
        ]
        result.append({"words": sentence, "pieces": pieces})
    return result


if __name__ == "__main__":
    golden = {"made by": {"tokenizers": tokenizers.__version__}}
    for name, tokenizer, mask in (("bert", bert(), "[MASK]"), ("roberta", roberta(), "<mask>")):
        target = here / "fixtures" / "data" / "tokenizers" / f"{name}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
        golden[name] = record(tokenizer, mask) | {"words": words(tokenizer, name == "roberta")}

    (here / "golden" / "tokenizer-ids.json").write_text(json.dumps(golden, ensure_ascii=True, indent=1) + "\n", encoding="utf-8")
