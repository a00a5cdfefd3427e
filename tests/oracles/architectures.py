"""Golden numbers for the families beside BERT and RoBERTa: tiny models in PyTorch and transformers.

Writes tests/fixtures/models/architectures.json (configurations, batches, losses, versions, and the buckets of MPNet's
distances) and architectures.safetensors (logits, gradients at step 0, weights after ten AdamW steps), in the form of
models.py's files and with its weights, batches and optimiser; all in float64.
Run: python tests/oracles/architectures.py
"""

import json
import platform

import numpy as np
import torch
import transformers
from models import (
    B,
    CLASSES,
    GOLDEN,
    T,
    batch_of,
    gradients,
    mlm_labels,
    optimiser_of,
    tensors_of,
    uniform,
    weights_of,
    STEPS,
    CLIP,
)
from safetensors.numpy import save_file
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

SIZES = dict(
    vocab_size=26,
    hidden_size=8,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=12,
    max_position_embeddings=12,
    type_vocab_size=2,
    layer_norm_eps=1e-12,
    pad_token_id=0,
    hidden_act="gelu",
    initializer_range=0.02,
)
# What the page reads from each family's config.json, and how transformers is asked for it.
FAMILIES = {
    "distilbert": ("DistilBert", dict(type_vocab_size=0)),
    "electra": ("Electra", dict(embedding_size=6)),
    # The same width: then there is no projection.
    "electra-square": ("Electra", dict(model_type="electra", embedding_size=8, hidden_act="relu")),
    "mpnet": ("MPNet", dict(type_vocab_size=0, pad_token_id=1, relative_attention_num_buckets=32)),
    "roberta-prelayernorm": ("RobertaPreLayerNorm", dict(pad_token_id=1, type_vocab_size=1, layer_norm_eps=1e-5)),
}
RENAMED = dict(
    DistilBert=dict(
        hidden_size="dim",
        num_hidden_layers="n_layers",
        num_attention_heads="n_heads",
        intermediate_size="hidden_dim",
        hidden_act="activation",
    )
)
DROPOUT = dict(
    DistilBert=dict(dropout=0.0, attention_dropout=0.0, qa_dropout=0.0, seq_classif_dropout=0.0),
)
UNSAID = dict(DistilBert=("type_vocab_size", "layer_norm_eps"), MPNet=("type_vocab_size",))


def build(classes, config, suffix, **extra):
    fields = {
        RENAMED.get(classes, {}).get(k, k): v
        for k, v in config.items()
        if k != "model_type" and k not in UNSAID.get(classes, ())
    }
    dropout = DROPOUT.get(classes, dict(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0))
    torch.manual_seed(0)
    made = getattr(transformers, f"{classes}Config")(**fields, **dropout, attn_implementation="eager", **extra)
    model = getattr(transformers, f"{classes}{suffix}")(made).double()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights_of(name, parameter.shape))
    return model.train()  # no dropout: the same numbers as eval


def inputs_of(config, batch):
    tensors = tensors_of(batch)
    return tensors if config["type_vocab_size"] > 0 else {k: v for k, v in tensors.items() if k != "token_type_ids"}


def masked_lm(key, classes, config, padded, arrays, optimise):
    model = build(classes, config, "ForMaskedLM")
    batches = [batch_of(f"{key}/{step}", config, padded) for step in range(STEPS if optimise else 1)]
    optimizer, schedule = optimiser_of(model)
    record = dict(config=config, padded=padded, batches=batches, losses=[], gradientNorms=[], learningRates=[])
    for step, batch in enumerate(batches):
        optimizer.zero_grad()
        out = model(**inputs_of(config, batch), labels=mlm_labels(batch), output_hidden_states=True)
        out.loss.backward()
        record["losses"].append(out.loss.item())
        if step == 0:
            rows = torch.tensor(batch["masked_positions"])
            logits = out.logits.detach().reshape(B * T, -1)[rows]
            hidden = model.base_model(**inputs_of(config, batch)).last_hidden_state
            arrays[f"{key}/logits"] = logits.numpy().astype(np.float32)
            arrays[f"{key}/embedded"] = out.hidden_states[0].detach().reshape(B * T, -1).numpy().astype(np.float32)
            arrays[f"{key}/hidden"] = hidden.detach().reshape(B * T, -1).numpy().astype(np.float32)
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


def classification(key, classes, config, arrays, which):
    suffix = "ForTokenClassification" if which == "tokens" else "ForSequenceClassification"
    model = build(classes, config, suffix, num_labels=CLASSES)
    batch = batch_of(key, config, which == "tokens")
    if which == "tokens":
        labels = np.full(B * T, -100)
        places = np.array(batch["masked_positions"])
        labels[places] = ((uniform(f"{key}/classes", len(places)) + 0.5) * CLASSES).astype(int)
        shaped = torch.tensor(labels).reshape(B, T)
    else:
        labels = ((uniform(f"{key}/classes", B) + 0.5) * CLASSES).astype(int)
        shaped = torch.tensor(labels)
    out = model(**inputs_of(config, batch), labels=shaped)
    out.loss.backward()
    arrays[f"{key}/logits"] = out.logits.detach().reshape(-1, CLASSES).numpy().astype(np.float32)
    gradients(model, key, arrays)
    padded = which == "tokens"
    return dict(config=config, padded=padded, head=which, batch=batch, labels=labels.tolist(), loss=out.loss.item())


def main():
    torch.set_num_threads(1)
    arrays, runs, acts, heads = {}, {}, {}, {}
    for family, (classes, rest) in FAMILIES.items():
        config = {"model_type": family, **SIZES, **rest}
        if family != config["model_type"]:  # a variant of a family: its own graph only
            acts[family] = masked_lm(family, classes, config, True, arrays, optimise=False)
            continue
        acts[f"{family}-plain"] = masked_lm(f"{family}-plain", classes, config, False, arrays, optimise=False)
        runs[f"{family}-padded"] = masked_lm(f"{family}-padded", classes, config, True, arrays, optimise=True)
        for which in ("tokens", "sequence"):
            key = f"{family}-{which}"
            heads[key] = classification(key, classes, {**config, "num_hidden_layers": 1}, arrays, which)
    distances = torch.arange(-200, 201)
    golden = dict(
        madeBy="tests/oracles/architectures.py",
        versions=dict(python=platform.python_version(), torch=torch.__version__, transformers=transformers.__version__),
        runs=runs,
        acts=acts,
        heads=heads,
        buckets=MPNetEncoder.relative_position_bucket(distances).tolist(),
    )
    (GOLDEN / "architectures.json").write_text(json.dumps(golden) + "\n")
    save_file(arrays, GOLDEN / "architectures.safetensors")
    (GOLDEN / "architectures.safetensors").chmod(0o644)
    for key, run in runs.items():
        print(key, [round(x, 4) for x in run["losses"]], [round(x, 2) for x in run["gradientNorms"]])


if __name__ == "__main__":
    main()
