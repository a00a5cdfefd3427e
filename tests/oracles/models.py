"""Golden numbers for src/models: tiny BERT and RoBERTa in PyTorch and transformers.

Writes tests/fixtures/models/golden.json (configurations, batches, losses, versions) and
tests/fixtures/models/golden.safetensors (logits, gradients at step 0, weights after ten AdamW steps).
Everything runs in float64, so that the golden numbers carry no rounding of their own and the
tolerances of the tests are about our side alone; tensors are stored as float32.
Weights come from a formula of (name, index) that the test computes too: see `weights_of`.
Run: python tests/oracles/models.py
"""

import json
import pathlib
import platform

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    BertForTokenClassification,
    RobertaConfig,
    RobertaForMaskedLM,
    RobertaForSequenceClassification,
    RobertaForTokenClassification,
    get_linear_schedule_with_warmup,
)

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "models"
CLASSES = 3
STEPS, WARMUP, LEARNING_RATE, WEIGHT_DECAY, CLIP = 10, 3, 5e-3, 0.01, 1.0
B, T, M = 3, 8, 10

MODELS = {
    "bert": (BertConfig, BertForMaskedLM, BertForTokenClassification, BertForSequenceClassification),
    "roberta": (
        RobertaConfig,
        RobertaForMaskedLM,
        RobertaForTokenClassification,
        RobertaForSequenceClassification,
    ),
}


def fnv1a(text):
    h = 0x811C9DC5
    for byte in text.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def uniform(name, count):
    """Numbers in [-0.5, 0.5) fixed by a name: an integer mix of FNV-1a(name) and the index."""
    with np.errstate(over="ignore"):
        x = np.uint32(fnv1a(name)) + np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B1)
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x7FEB352D)
        x ^= x >> np.uint32(15)
        x *= np.uint32(0x846CA68B)
        x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 4294967296.0 - 0.5


def weights_of(name, shape):
    """Large enough that attention is far from even and no bias is zero."""
    u = uniform(name, int(np.prod(shape)))
    if name.endswith(".bias"):
        values = 0.2 * u
    elif "LayerNorm" in name or "layer_norm" in name:
        values = 1 + 0.4 * u
    else:
        values = 0.6 * u
    return torch.from_numpy(values.astype(np.float32).astype(np.float64)).reshape(shape)


def config_of(family, layers, act="gelu"):
    pad = {"bert": 0, "roberta": 1}[family]
    fields = dict(
        vocab_size=40,
        hidden_size=16,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=24,
        max_position_embeddings=12,
        type_vocab_size={"bert": 2, "roberta": 1}[family],
        layer_norm_eps={"bert": 1e-12, "roberta": 1e-5}[family],
        pad_token_id=pad,
        hidden_act=act,
        initializer_range=0.02,
    )
    return dict(model_type=family, **fields)


def build(model_class, config_class, config, **extra):
    fields = {k: v for k, v in config.items() if k != "model_type"}
    torch.manual_seed(0)
    model = model_class(
        config_class(
            **fields,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            attn_implementation="eager",
            **extra,
        )
    ).double()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights_of(name, parameter.shape))
    model.train()  # no dropout: the same numbers as eval
    return model


def batch_of(name, config, padded):
    """Ids, types, mask and masked places, fixed by a name. Unused places repeat place 0, a real one."""
    pad, vocabulary = config["pad_token_id"], config["vocab_size"]
    draw = lambda what, n, count: ((uniform(f"{name}/{what}", count) + 0.5) * n).astype(int)
    ids = 5 + draw("ids", vocabulary - 5, B * T)
    types = draw("types", config["type_vocab_size"], B * T)
    lengths = [T, 5, 3] if padded else [T] * B
    mask = np.array([[1 if t < length else 0 for t in range(T)] for length in lengths])
    ids = np.where(mask.reshape(-1) == 1, ids, pad)
    real = np.flatnonzero(mask.reshape(-1))
    order = np.argsort(uniform(f"{name}/order", len(real)))
    chosen = np.unique(np.concatenate([[0], real[order][: M - 3]]))
    labels = 5 + draw("labels", vocabulary - 5, len(chosen))
    return dict(
        input_ids=ids.tolist(),
        token_type_ids=types.tolist(),
        attention_mask=mask.reshape(-1).tolist(),
        masked_positions=chosen.tolist(),
        labels=labels.tolist(),
    )


def tensors_of(batch):
    grid = lambda key: torch.tensor(batch[key]).reshape(B, T)
    return dict(
        input_ids=grid("input_ids"),
        token_type_ids=grid("token_type_ids"),
        attention_mask=grid("attention_mask"),
    )


def mlm_labels(batch):
    labels = torch.full((B * T,), -100)
    labels[torch.tensor(batch["masked_positions"])] = torch.tensor(batch["labels"])
    return labels.reshape(B, T)


def gradients(model, prefix, arrays):
    for name, parameter in model.named_parameters():
        arrays[f"{prefix}/gradient/{name}"] = parameter.grad.numpy().astype(np.float32)


def optimiser_of(model):
    """AdamW without decay for biases and LayerNorms, linear warm-up and decay."""
    spared = lambda name: name.endswith(".bias") or "LayerNorm" in name or "layer_norm" in name
    named = list(model.named_parameters())
    groups = [
        {"params": [p for n, p in named if not spared(n)], "weight_decay": WEIGHT_DECAY},
        {"params": [p for n, p in named if spared(n)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE, betas=(0.9, 0.999), eps=1e-8)
    return optimizer, get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)


def masked_lm(key, config, padded, arrays, optimise):
    config_class, model_class = MODELS[config["model_type"]][:2]
    model = build(model_class, config_class, config)
    batches = [batch_of(f"{key}/{step}", config, padded) for step in range(STEPS if optimise else 1)]
    optimizer, schedule = optimiser_of(model)
    record = dict(config=config, padded=padded, batches=batches, losses=[], gradientNorms=[], learningRates=[])
    for step, batch in enumerate(batches):
        optimizer.zero_grad()
        out = model(**tensors_of(batch), labels=mlm_labels(batch), output_hidden_states=True)
        out.loss.backward()
        record["losses"].append(out.loss.item())
        if step == 0:
            rows = torch.tensor(batch["masked_positions"])
            logits = out.logits.detach().reshape(B * T, -1)[rows]
            arrays[f"{key}/logits"] = logits.numpy().astype(np.float32)
            arrays[f"{key}/embedded"] = out.hidden_states[0].detach().reshape(B * T, -1).numpy().astype(np.float32)
            arrays[f"{key}/hidden"] = out.hidden_states[-1].detach().reshape(B * T, -1).numpy().astype(np.float32)
            gradients(model, key, arrays)
        if optimise:
            record["gradientNorms"].append(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP).item())
            record["learningRates"].append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
    if optimise:
        for name, parameter in model.named_parameters():
            arrays[f"{key}/final/{name}"] = parameter.detach().numpy().astype(np.float32)
    return record


def classification(key, config, padded, arrays, which):
    config_class = MODELS[config["model_type"]][0]
    model_class = MODELS[config["model_type"]][2 if which == "tokens" else 3]
    model = build(model_class, config_class, config, num_labels=CLASSES)
    batch = batch_of(key, config, padded)
    if which == "tokens":
        labels = np.full(B * T, -100)
        places = np.array(batch["masked_positions"])
        labels[places] = ((uniform(f"{key}/classes", len(places)) + 0.5) * CLASSES).astype(int)
        shaped = torch.tensor(labels).reshape(B, T)
    else:
        labels = ((uniform(f"{key}/classes", B) + 0.5) * CLASSES).astype(int)
        shaped = torch.tensor(labels)
    out = model(**tensors_of(batch), labels=shaped)
    out.loss.backward()
    arrays[f"{key}/logits"] = out.logits.detach().reshape(-1, CLASSES).numpy().astype(np.float32)
    gradients(model, key, arrays)
    return dict(config=config, padded=padded, head=which, batch=batch, labels=labels.tolist(), loss=out.loss.item())


def main():
    torch.set_num_threads(1)
    arrays, runs, acts, heads = {}, {}, {}, {}
    for family in MODELS:
        for padded in (False, True):
            key = f"{family}-{'padded' if padded else 'plain'}"
            runs[key] = masked_lm(key, config_of(family, 2), padded, arrays, optimise=True)
        for which in ("tokens", "sequence"):
            key = f"{family}-{which}"
            heads[key] = classification(key, config_of(family, 1), which == "tokens", arrays, which)
        for act in ("relu", "gelu_new"):
            key = f"{family}-{act}"
            acts[key] = masked_lm(key, config_of(family, 1, act), False, arrays, optimise=False)
    golden = dict(
        madeBy="tests/oracles/models.py",
        versions=dict(python=platform.python_version(), torch=torch.__version__, transformers=transformers.__version__),
        shape=dict(B=B, T=T, M=M),
        classes=CLASSES,
        optimiser=dict(beta1=0.9, beta2=0.999, epsilon=1e-8, weightDecay=WEIGHT_DECAY, clipNorm=CLIP),
        runs=runs,
        acts=acts,
        heads=heads,
    )
    GOLDEN.mkdir(parents=True, exist_ok=True)
    (GOLDEN / "golden.json").write_text(json.dumps(golden) + "\n")
    save_file(arrays, GOLDEN / "golden.safetensors")
    (GOLDEN / "golden.safetensors").chmod(0o644)
    for key, run in runs.items():
        print(key, [round(x, 4) for x in run["losses"]], [round(x, 2) for x in run["gradientNorms"]])


if __name__ == "__main__":
    main()
