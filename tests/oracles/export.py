"""Golden folders and numbers for src/models' loaders and export, by transformers.

  python tests/oracles/export.py make
      writes tests/fixtures/folders/*, a family each: tiny random models as `save_pretrained` leaves them, with the
      older vocabulary files beside tokenizer.json, and tests/golden/folders.json: token ids and logits.
  UNMASK_WRITE_EXPORT=DIR npx vitest run tests/golden/folders.test.ts
      opens these folders with our loaders and writes our exports of them to DIR.
  python tests/oracles/export.py check DIR
      loads our exports with AutoModelForMaskedLM and AutoTokenizer, and adds to tests/golden/folders.json what it
      found: largest difference of logits, missing and unexpected tensors, token ids, checksums of the files.
      The test then fails when our exports are no longer those files.

The texts are our own.
"""

import json
import pathlib
import platform
import sys
import zlib

import safetensors
import tokenizers
import torch
import transformers
from tokenizers import (
    AddedToken,
    ByteLevelBPETokenizer,
    Tokenizer,
    decoders,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import (
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoTokenizer,
    BertTokenizer,
    MPNetTokenizer,
    PreTrainedTokenizerFast,
    RobertaTokenizer,
    XLNetTokenizer,
)

TESTS = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = TESTS / "fixtures" / "folders"
GOLDEN = TESTS / "golden" / "folders.json"

TEXTS = [
    "The river carries small boats.",
    "Small boats, old bridges; a CAFÉ by the river!",
    "the old   bridge\tcarries nobody",
    "unknown 你好 words",
    "The {mask} carries boats.",
    "",
]
CORPUS = ["The old river carries small boats under the bridge.", "A small bridge carries the old boats."] * 4
PIECES = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] the river carries carry ##ries small boat ##s boats old bridge bridges a "
    "cafe by no ##body un ##known word ##ed ##ing b c r s . , ; ! 你 好 ##e ##r"
).split()
SIZES = dict(
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=24,
    max_position_embeddings=24,
    type_vocab_size=2,
)
DISTILBERT = dict(dim=16, n_layers=2, n_heads=2, hidden_dim=24, max_position_embeddings=24)
MODERN = dict(global_attn_every_n_layers=2, local_attention=6) | dict(
    bos_token_id=3, cls_token_id=3, eos_token_id=4, sep_token_id=4
)
KINDS = {  # class, head, configuration
    "bert": ("Bert", "ForMaskedLM", SIZES),
    "roberta": ("Roberta", "ForMaskedLM", SIZES),
    "distilbert": ("DistilBert", "ForMaskedLM", DISTILBERT),
    "electra": ("Electra", "ForMaskedLM", SIZES | dict(embedding_size=8)),
    "discriminator": ("Electra", "ForPreTraining", SIZES | dict(embedding_size=8)),
    "mpnet": ("MPNet", "ForMaskedLM", {k: v for k, v in SIZES.items() if k != "type_vocab_size"}),
    "prelayernorm": ("RobertaPreLayerNorm", "ForMaskedLM", SIZES),
    "modernbert": ("ModernBert", "ForMaskedLM", {k: v for k, v in SIZES.items() if k != "type_vocab_size"} | MODERN),
    "xlnet": ("XLNet", "LMHeadModel", dict(d_model=16, n_layer=2, n_head=2, d_inner=24)),
}
MASK_OF_XLNET = 6
LENGTH = 9  # tokens a row of the logits' batch, the second row padded


def versions():
    modules = (transformers, tokenizers, safetensors, torch)
    return {"python": platform.python_version()} | {m.__name__: m.__version__ for m in modules}


def batch(config, mask):
    special = 5
    ids = [[(7 * i + 11 * row) % (config.vocab_size - special) + special for i in range(LENGTH)] for row in range(2)]
    ids[0][3] = mask
    attention = [[1] * LENGTH, [1] * (LENGTH - 3) + [0] * 3]
    ids[1][LENGTH - 3 :] = [config.pad_token_id] * 3
    return ids, attention


def logits_of(model, ids, attention):
    """Of a discriminator its last hidden states: its own head is none of ours. XLNet guesses every place, gaps unseen."""
    with torch.no_grad():
        if model.config.model_type == "xlnet":
            given = torch.tensor(ids)
            hidden = (given == MASK_OF_XLNET).float()[:, None, :].expand(-1, LENGTH, -1)
            every = torch.eye(LENGTH).expand(len(ids), -1, -1)
            seen = dict(attention_mask=torch.tensor(attention).float(), perm_mask=hidden, target_mapping=every)
            return model.eval()(input_ids=given, **seen).logits
        if hasattr(model, "discriminator_predictions"):
            model = model.electra.eval()
            return model(input_ids=torch.tensor(ids), attention_mask=torch.tensor(attention)).last_hidden_state
        return model.eval()(input_ids=torch.tensor(ids), attention_mask=torch.tensor(attention)).logits


def encode(tokenizer):
    return [tokenizer(text.replace("{mask}", tokenizer.mask_token))["input_ids"] for text in TEXTS]


def random_model(kind, vocabulary, pad):
    torch.manual_seed(7)
    classes, head, fields = KINDS[kind]
    made = getattr(transformers, f"{classes}Config")(vocab_size=vocabulary, pad_token_id=pad, **fields)
    model = getattr(transformers, f"{classes}{head}")(made)
    for parameter in model.parameters():  # biases and LayerNorm too: zeros and ones would hide a mix-up
        parameter.data += 0.1 * torch.randn_like(parameter)
    model.tie_weights()
    return model


def save(kind, model, tokenizer):
    folder = FOLDERS / kind
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.save_pretrained(folder)
    ids, attention = batch(model.config, tokenizer.mask_token_id)
    logits = logits_of(model, ids, attention)
    return {
        "ids": ids,
        "attention": attention,
        "logits": [round(x, 6) for x in logits.flatten().tolist()],
        "special": {
            "pad": tokenizer.pad_token_id,
            "unknown": tokenizer.unk_token_id,
            "start": tokenizer.cls_token_id,
            "end": tokenizer.sep_token_id,
            "mask": tokenizer.mask_token_id,
        },
        "parameters": sum(p.numel() for p in model.parameters()),
        "tokens": encode(tokenizer),
    }


def make():
    golden = {"versions": versions(), "texts": TEXTS, "models": {}}

    folder = FOLDERS / "bert"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    tokenizer = BertTokenizer(vocab={piece: i for i, piece in enumerate(PIECES)})
    golden["models"]["bert"] = save("bert", random_model("bert", len(PIECES), 0), tokenizer)

    folder = FOLDERS / "roberta"
    folder.mkdir(parents=True, exist_ok=True)
    trained = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trained.train_from_iterator(CORPUS, vocab_size=290, min_frequency=2, special_tokens=special, show_progress=False)
    trained.save_model(str(folder))
    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    merges = [tuple(line.split(" ")) for line in (folder / "merges.txt").read_text(encoding="utf-8").split("\n")[1:-1]]
    mask = AddedToken("<mask>", lstrip=True, special=True)  # as roberta-base has it
    tokenizer = RobertaTokenizer(vocab=vocabulary, merges=merges, mask_token=mask)
    golden["models"]["roberta"] = save("roberta", random_model("roberta", len(vocabulary), 1), tokenizer)

    golden["models"]["prelayernorm"] = save("prelayernorm", random_model("prelayernorm", len(vocabulary), 1), tokenizer)

    own = dict(zip(["[CLS]", "[PAD]", "[SEP]", "[MASK]"], ["<s>", "<pad>", "</s>", "<mask>"]))
    order = ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"]  # MPNet's padding is token 1, whatever its configuration says
    mpnet = [own.get(piece, piece) for piece in [*order, *PIECES[5:]]]
    for kind, pieces, class_, pad in [
        ("distilbert", PIECES, BertTokenizer, 0),
        ("electra", PIECES, BertTokenizer, 0),
        ("discriminator", PIECES, BertTokenizer, 0),
        ("mpnet", mpnet, MPNetTokenizer, 1),
    ]:
        tokenizer = class_(vocab={piece: i for i, piece in enumerate(pieces)})
        golden["models"][kind] = save(kind, random_model(kind, len(pieces), pad), tokenizer)
    (FOLDERS / "mpnet" / "vocab.txt").write_text("\n".join(mpnet) + "\n", encoding="utf-8")

    golden["models"]["modernbert"] = save("modernbert", *modern_bert())
    golden["models"]["xlnet"] = save("xlnet", *xlnet())
    write(golden)


def modern_bert():
    """Byte-level pairs with BERT's names for the special tokens, `[MASK]` taking the blank before it along."""
    special = ["[UNK]", "[PAD]", "[MASK]", "[CLS]", "[SEP]"]
    made = Tokenizer(tokenizers.models.BPE())
    made.normalizer = normalizers.NFC()
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=290, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator(CORPUS, trainer)
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 3), ("[SEP]", 4)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made,
        **dict(unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"),
        mask_token=AddedToken("[MASK]", lstrip=True, special=True, normalized=False),
        model_input_names=["input_ids", "attention_mask"],
    )
    return random_model("modernbert", made.get_vocab_size(), 1), tokenizer


def xlnet():
    """Unigram; `<sep> <cls>` behind the text."""
    special = ["<unk>", "<s>", "</s>", "<cls>", "<sep>", "<pad>", "<mask>", "<eod>", "<eop>"]
    made = Tokenizer(tokenizers.models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=60, special_tokens=special, unk_token="<unk>", show_progress=False)
    made.train_from_iterator(CORPUS, trainer)
    vocabulary = [tuple(entry) for entry in json.loads(made.to_str())["model"]["vocab"]]
    assert [piece for piece, _ in vocabulary[: len(special)]] == special
    return random_model("xlnet", len(vocabulary), 5), XLNetTokenizer(vocab=vocabulary)


def check(exports):
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    golden["versions"] = versions()
    for folder in sorted(pathlib.Path(exports).iterdir()):
        kind = folder.name.split("-")[0]
        expected = golden["models"][kind]
        auto = AutoModelForCausalLM if kind == "xlnet" else AutoModelForMaskedLM
        model, info = auto.from_pretrained(folder, output_loading_info=True)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        logits = logits_of(model, expected["ids"], expected["attention"])
        difference = (logits.flatten() - torch.tensor(expected["logits"])).abs().max().item()
        found = {
            "largestLogitDifference": float(f"{difference:.2e}"),  # against logits rounded to 6 digits
            "dtype": str(model.dtype),
            "missing": sorted(info["missing_keys"]),
            "unexpected": sorted(info["unexpected_keys"]),
            "tokensEqual": encode(tokenizer) == expected["tokens"],
            "maskToken": tokenizer.mask_token_id,
            "crc32": {f.name: zlib.crc32(f.read_bytes()) for f in sorted(folder.iterdir()) if f.name != "README.md"},
        }
        golden.setdefault("exports", {})[folder.name] = found
        print(folder.name, json.dumps(found, indent=1))
    write(golden)


def write(golden):
    GOLDEN.write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make() if sys.argv[1:2] == ["make"] else check(sys.argv[2])
