"""Golden numbers for ModernBERT and XLNet: tiny models in PyTorch and transformers.

Writes tests/fixtures/models/architectures2.json and .safetensors, in the form of golden.json (models.py): logits,
hidden states, losses, every gradient, ten AdamW steps; and XLNet's permutation language modelling, with batches from
transformers' own DataCollatorForPermutationLanguageModeling and the draws that it made.
Everything runs in float64. transformers rounds to float32 in a few places (rotary tables, softmax, relative
positions) whatever the model's type is; these are computed in double here, and `close_to_plain` checks that the
model as it is gives the same numbers to float32's precision.
Run: python tests/oracles/architectures2.py
"""

import json
import platform

import numpy as np
import tokenizers
import torch
import transformers
from safetensors.numpy import save_file
from transformers import (
    DataCollatorForPermutationLanguageModeling,
    ModernBertConfig,
    ModernBertForMaskedLM,
    ModernBertForSequenceClassification,
    ModernBertForTokenClassification,
    XLNetConfig,
    XLNetForSequenceClassification,
    XLNetForTokenClassification,
    XLNetLMHeadModel,
    XLNetModel,
    XLNetTokenizer,
    get_linear_schedule_with_warmup,
)
from transformers.models.modernbert import modeling_modernbert
from transformers.models.xlnet import modeling_xlnet

import models
from models import B, CLASSES, CLIP, GOLDEN, LEARNING_RATE, M, STEPS, T, WARMUP, WEIGHT_DECAY, uniform

modern = dict(
    model_type="modernbert",
    vocab_size=24,
    hidden_size=8,
    num_hidden_layers=3,
    num_attention_heads=2,
    intermediate_size=12,
    hidden_activation="gelu",
    max_position_embeddings=16,
    initializer_range=0.02,
    norm_eps=1e-5,
    norm_bias=False,
    attention_bias=False,
    mlp_bias=False,
    decoder_bias=True,
    classifier_bias=False,
    classifier_activation="gelu",
    classifier_pooling="cls",
    global_attn_every_n_layers=2,
    local_attention=4,
    global_rope_theta=160.0,
    local_rope_theta=10.0,
    pad_token_id=0,
    cls_token_id=1,
    sep_token_id=2,
    bos_token_id=1,
    eos_token_id=2,
    tie_word_embeddings=True,
)
biased = modern | dict(
    norm_bias=True,
    attention_bias=True,
    mlp_bias=True,
    classifier_bias=True,
    decoder_bias=False,
    classifier_pooling="mean",
    hidden_activation="gelu_new",
)
xlnet = dict(
    model_type="xlnet",
    vocab_size=24,
    d_model=8,
    n_layer=2,
    n_head=2,
    d_inner=12,
    ff_activation="gelu",
    initializer_range=0.02,
    layer_norm_eps=1e-12,
    attn_type="bi",
    bi_data=False,
    clamp_len=-1,
    same_length=False,
    mem_len=None,
    summary_type="last",
    summary_use_proj=True,
    summary_activation="tanh",
    pad_token_id=5,
    bos_token_id=1,
    eos_token_id=2,
)
PERMUTED = dict(B=2, T=12, probability=1 / 3, span=2)


def weights_of(name, shape):
    u = uniform(name, int(np.prod(shape)))
    values = 0.2 * u if name.endswith(".bias") else 1 + 0.4 * u if "norm" in name.lower() else 0.6 * u
    return torch.from_numpy(values.astype(np.float32).astype(np.float64)).reshape(shape)


def build(model_class, config, exact=True, **extra):
    config_class = {"modernbert": ModernBertConfig, "xlnet": XLNetConfig}[config["model_type"]]
    fields = {k: v for k, v in config.items() if k != "model_type"}
    silent = dict(dropout=0.0, summary_last_dropout=0.0) if config_class is XLNetConfig else {}
    torch.manual_seed(0)
    model = model_class(config_class(**fields, **silent, attn_implementation="eager", **extra))
    model = model.double() if exact else model
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights_of(name, parameter.shape))
    return model.train()


class Exact:
    """Double where transformers rounds to float32 on its way."""

    def __enter__(self):
        self.kept = (
            modeling_modernbert.ModernBertRotaryEmbedding.forward,
            modeling_modernbert.apply_rotary_pos_emb,
            torch.nn.functional.softmax,
            modeling_xlnet.XLNetModel.relative_positional_encoding,
        )
        plain = self.kept[2]

        def rotary(module, x, position_ids, layer_type):
            width = module.config.hidden_size // module.config.num_attention_heads
            base = module.config.rope_parameters[layer_type]["rope_theta"]
            rates = 1.0 / base ** (torch.arange(0, width, 2, dtype=torch.float64) / width)
            angles = position_ids[..., None].double() * rates
            angles = torch.cat((angles, angles), dim=-1)
            return angles.cos(), angles.sin()

        def rotate(q, k, cos, sin, unsqueeze_dim=1):
            cos, sin = cos.unsqueeze(unsqueeze_dim), sin.unsqueeze(unsqueeze_dim)
            half = modeling_modernbert.rotate_half
            return q * cos + half(q) * sin, k * cos + half(k) * sin

        def relative(module, qlen, klen, bsz=None, device=None):
            rates = 1 / 10000 ** (torch.arange(0, module.d_model, 2, dtype=torch.float64) / module.d_model)
            table = module.positional_embedding(torch.arange(klen, -qlen, -1, dtype=torch.float64), rates, bsz)
            return table.float().double()  # rounded once: the table is a float32 constant in our graphs too

        self.set(rotary, rotate, lambda x, dim, dtype=None: plain(x, dim=dim), relative)

    def __exit__(self, *_):
        self.set(*self.kept)

    def set(self, rotary, rotate, softmax, relative):
        modeling_modernbert.ModernBertRotaryEmbedding.forward = rotary
        modeling_modernbert.apply_rotary_pos_emb = rotate
        torch.nn.functional.softmax = softmax
        modeling_xlnet.XLNetModel.relative_positional_encoding = relative


def close_to_plain(model_class, config, inputs, loss, **extra):
    """The model as transformers has it, in float32, gives this loss too."""
    single = {k: v.float() if v.is_floating_point() else v for k, v in inputs.items()}
    plain = build(model_class, config, exact=False, **extra)(**single).loss.item()
    assert abs(plain / loss - 1) < 1e-5, (model_class, plain, loss)


def spared(name):
    """No weight decay, as transformers' Trainer chooses it: norms and whatever is called a bias."""
    return "bias" in name or "norm" in name.lower()


def optimiser_of(model):
    groups = [
        {"params": [p for n, p in model.named_parameters() if not spared(n)], "weight_decay": WEIGHT_DECAY},
        {"params": [p for n, p in model.named_parameters() if spared(n)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE, betas=(0.9, 0.999), eps=1e-8)
    return optimizer, get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)


def keep(model, prefix, what, arrays):
    for name, parameter in model.named_parameters():
        values = parameter.grad if what == "gradient" else parameter.detach()
        if values is not None:
            arrays[f"{prefix}/{what}/{name}"] = values.numpy().astype(np.float32)


def train(key, model, inputs, first, arrays, steps):
    """Losses, norms and rates of `steps` AdamW steps; `first` sees what the model gave before the first."""
    optimizer, schedule = optimiser_of(model)
    record = dict(losses=[], gradientNorms=[], learningRates=[])
    for step in range(steps):
        optimizer.zero_grad()
        out = model(**inputs[step], output_hidden_states=True)
        out.loss.backward()
        record["losses"].append(out.loss.item())
        if step == 0:
            first(out)
            keep(model, key, "gradient", arrays)
        record["gradientNorms"].append(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP).item())
        record["learningRates"].append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    if steps > 1:
        keep(model, key, "final", arrays)
    return record


def flat(x):
    return x.detach().reshape(-1, x.shape[-1]).numpy().astype(np.float32)


def grid(batch, types):
    tensors = models.tensors_of(batch)
    if not types:
        tensors.pop("token_type_ids")
    return tensors


def masked_lm(key, config, padded, arrays, steps):
    batches = [models.batch_of(f"{key}/{step}", config | dict(type_vocab_size=1), padded) for step in range(steps)]
    model = build(ModernBertForMaskedLM, config)
    inputs = [grid(batch, False) | dict(labels=models.mlm_labels(batch)) for batch in batches]

    def first(out):
        rows = torch.tensor(batches[0]["masked_positions"])
        arrays[f"{key}/logits"] = flat(out.logits.reshape(B * T, -1)[rows])
        arrays[f"{key}/embedded"] = flat(out.hidden_states[0])
        arrays[f"{key}/hidden"] = flat(model.model(**grid(batches[0], False)).last_hidden_state)

    record = train(key, model, inputs, first, arrays, steps)
    return dict(config=config, padded=padded, batches=batches, **record)


def left(values, lengths, fill):
    """Rows of right-padded values as left-padded ones: XLNet's own side."""
    rows = [torch.cat([torch.full((T - n,), fill, dtype=row.dtype), row[:n]]) for row, n in zip(values, lengths)]
    return torch.stack(rows)


def classification(key, config, padded, arrays, which):
    types = config["model_type"] == "xlnet"
    classes = {
        ("modernbert", "tokens"): ModernBertForTokenClassification,
        ("modernbert", "sequence"): ModernBertForSequenceClassification,
        ("xlnet", "tokens"): XLNetForTokenClassification,
        ("xlnet", "sequence"): XLNetForSequenceClassification,
    }
    model_class = classes[config["model_type"], which]
    model = build(model_class, config, num_labels=CLASSES)
    batch = models.batch_of(key, config | dict(type_vocab_size=3 if types else 1), padded)
    inputs = grid(batch, types)
    if which == "tokens":
        labels = np.full(B * T, -100)
        places = np.array(batch["masked_positions"])
        labels[places] = ((uniform(f"{key}/classes", len(places)) + 0.5) * CLASSES).astype(int)
        inputs["labels"] = torch.tensor(labels).reshape(B, T)
    else:
        labels = ((uniform(f"{key}/classes", B) + 0.5) * CLASSES).astype(int)
        inputs["labels"] = torch.tensor(labels)
        if types:  # the summary is the last place's: padding must stand before the text
            lengths = inputs["attention_mask"].sum(1).tolist()
            fills = dict(input_ids=config["pad_token_id"], attention_mask=0, token_type_ids=3)
            inputs |= {name: left(inputs[name], lengths, fill) for name, fill in fills.items()}
    out = model(**inputs)
    out.loss.backward()
    with Plain():
        close_to_plain(model_class, config, inputs, out.loss.item(), num_labels=CLASSES)
    arrays[f"{key}/logits"] = flat(out.logits.reshape(-1, CLASSES))
    keep(model, key, "gradient", arrays)
    return dict(config=config, padded=padded, head=which, batch=batch, labels=labels.tolist(), loss=out.loss.item())


class Plain:
    """transformers as it is, inside of an `Exact`."""

    def __enter__(self):
        exact.__exit__()

    def __exit__(self, *_):
        exact.__enter__()


def encoded(key, config, arrays):
    """XLNet's encoder as features: types as its tokenizer gives them, padding at the end."""
    batch = models.batch_of(key, config | dict(type_vocab_size=3), True)
    model = build(XLNetModel, config)
    # The parameters' formula is by full name: those of the whole model.
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights_of(f"transformer.{name}", parameter.shape))
    arrays[f"{key}/hidden"] = flat(model(**grid(batch, True)).last_hidden_state)
    arrays[f"{key}/embedded"] = flat(model.word_embedding(grid(batch, True)["input_ids"]))
    return dict(config=config, batch=batch)


def tiny_tokenizer():
    special = ["<unk>", "<s>", "</s>", "<cls>", "<sep>", "<pad>", "<mask>", "<eod>", "<eop>"]
    pieces = [f"\u2581{c}" for c in "abcdefghijklmno"]
    vocabulary = [(piece, 0.0) for piece in special] + [(piece, -float(i)) for i, piece in enumerate(pieces)]
    return XLNetTokenizer(vocab=vocabulary)


class Draws:
    """Notes what the collator draws: span lengths and starts, and each row's order of a half."""

    def __enter__(self):
        self.spans, self.orders = [], []
        self.kept = (torch.randint, torch.randperm)

        def randint(*arguments):
            drawn = self.kept[0](*arguments)
            self.spans.append(drawn.item())
            return drawn

        def randperm(n):
            drawn = self.kept[1](n)
            self.orders.append(drawn.tolist())
            return drawn

        torch.randint, torch.randperm = randint, randperm
        return self

    def __exit__(self, *_):
        torch.randint, torch.randperm = self.kept


def permuted_batches(key, padded):
    """By transformers' collator. Texts end with <sep> <cls>; a short one is padded behind it."""
    rows, length = PERMUTED["B"], PERMUTED["T"]
    collate = DataCollatorForPermutationLanguageModeling(
        tiny_tokenizer(), plm_probability=PERMUTED["probability"], max_span_length=PERMUTED["span"]
    )
    batches, inputs = [], []
    for step in range(STEPS):
        ids = 9 + ((uniform(f"{key}/{step}/ids", rows * length) + 0.5) * 15).astype(int).reshape(rows, length)
        mask = np.ones((rows, length))
        for row in range(rows):
            n = length - 3 * row if padded else length
            ids[row, n - 2 : n] = (4, 3)
            ids[row, n:] = 5
            mask[row, n:] = 0
        torch.manual_seed(models.fnv1a(f"{key}/{step}"))
        with Draws() as draws:
            out = collate([{"input_ids": row} for row in torch.tensor(ids)])
        assert out["labels"].ge(0).any()
        seen = ((1 - out["perm_mask"]) * torch.tensor(mask)[:, None]).long()
        batches.append(
            dict(
                text=ids.reshape(-1).tolist(),
                lengths=mask.sum(1).astype(int).tolist(),
                input_ids=out["input_ids"].reshape(-1).tolist(),
                labels=out["labels"].reshape(-1).tolist(),
                # Who looks at whom: "1" where row i may look at column j, padding taken out.
                seen="".join(map(str, seen.reshape(-1).tolist())),
                spans=draws.spans,
                orders=draws.orders,
            )
        )
        given = {name: out[name] for name in ("input_ids", "labels")}
        given |= {name: out[name].double() for name in ("perm_mask", "target_mapping")}
        if padded:
            given["attention_mask"] = torch.tensor(mask)
        inputs.append(given)
    return batches, inputs


def permutation_lm(key, config, padded, arrays, steps):
    batches, inputs = permuted_batches(key, padded)
    model = build(XLNetLMHeadModel, config)

    def first(out):
        chosen = inputs[0]["labels"].reshape(-1) >= 0
        arrays[f"{key}/logits"] = flat(out.logits.reshape(-1, config["vocab_size"])[chosen])
        with Plain():
            close_to_plain(XLNetLMHeadModel, config, inputs[0], out.loss.item())

    record = train(key, model, inputs, first, arrays, steps)
    return dict(config=config, batches=batches[:steps], **record)


def main():
    torch.set_num_threads(1)
    arrays = {}
    golden = dict(
        madeBy="tests/oracles/architectures2.py",
        versions=dict(
            python=platform.python_version(),
            torch=torch.__version__,
            transformers=transformers.__version__,
            tokenizers=tokenizers.__version__,
        ),
        shape=dict(B=B, T=T, M=M),
        classes=CLASSES,
        optimiser=dict(beta1=0.9, beta2=0.999, epsilon=1e-8, weightDecay=WEIGHT_DECAY, clipNorm=CLIP),
        runs={
            "modernbert-padded": masked_lm("modernbert-padded", modern, True, arrays, STEPS),
            "modernbert-biased": masked_lm("modernbert-biased", biased, False, arrays, 1),
        },
        heads={
            "modernbert-tokens": classification("modernbert-tokens", modern, True, arrays, "tokens"),
            "modernbert-sequence": classification("modernbert-sequence", modern, False, arrays, "sequence"),
            "modernbert-mean": classification("modernbert-mean", biased, True, arrays, "sequence"),
            "xlnet-tokens": classification("xlnet-tokens", xlnet, False, arrays, "tokens"),
            "xlnet-sequence": classification("xlnet-sequence", xlnet, True, arrays, "sequence"),
        },
        encoders={"xlnet-encoder": encoded("xlnet-encoder", xlnet, arrays)},
        permuted=dict(
            **PERMUTED,
            runs={
                "xlnet-permuted": permutation_lm("xlnet-permuted", xlnet, False, arrays, STEPS),
                "xlnet-permuted-padded": permutation_lm("xlnet-permuted-padded", xlnet, True, arrays, 1),
            },
        ),
    )
    (GOLDEN / "architectures2.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    save_file(arrays, GOLDEN / "architectures2.safetensors")
    (GOLDEN / "architectures2.safetensors").chmod(0o644)
    for key, run in (golden["runs"] | golden["permuted"]["runs"]).items():
        print(key, [round(x, 4) for x in run["losses"]], [round(x, 2) for x in run["gradientNorms"]])
    for key, head in golden["heads"].items():
        print(key, round(head["loss"], 4))


exact = Exact()
if __name__ == "__main__":
    with exact:
        main()
