"""Golden numbers for models that are made here: embeddings first, grown, with more pieces, of one's own design.

Writes tests/fixtures/models/scratch.json and scratch.safetensors. Model, weights and batches are those of models.py;
the growing and the averaging are written down a second time here, on transformers' own state dicts. The designs'
config.json files are read from scratch-designs.json, which `node scripts/run-ts.mjs tests/support/write-designs.ts`
writes: what our builder wrote is what transformers loads.
Run: python tests/oracles/scratch.py
"""

import json
import platform

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file
from transformers import AutoConfig, AutoModelForMaskedLM

import architectures2
from methods import CONFIG, group_of, run, spared
from models import B, GOLDEN, LEARNING_RATE, MODELS, STEPS, T, WEIGHT_DECAY, batch_of, build, config_of, mlm_labels, tensors_of, weights_of

EMBEDDINGS_FIRST = 4
GROWN = 5
ADDED = [[7, 9], [11, 12, 13], [20, 8]]


def state_of(family, layers):
    config_class, model_class = MODELS[family][:2]
    return build(model_class, config_class, config_of(family, layers)).state_dict()


def model_with(family, layers, state, vocab_size=None):
    config_class, model_class = MODELS[family][:2]
    config = config_of(family, layers)
    if vocab_size is not None:
        config["vocab_size"] = vocab_size
    model = build(model_class, config_class, config)
    model.load_state_dict(state)
    return model


def from_layers(state, sources):
    """A state dict whose layer i is the old layer sources[i]."""
    grown = {k: v.clone() for k, v in state.items() if ".layer." not in k}
    for i, source in enumerate(sources):
        for k, v in state.items():
            if f".layer.{source}." in k:
                grown[k.replace(f".layer.{source}.", f".layer.{i}.")] = v.clone()
    return grown


def inserted(family, state):
    """Two layers to five: a copy behind the first, two behind the second, each the identity."""
    grown = from_layers(state, [0, 0, 1, 1, 1])
    prefix = f"{family}.encoder.layer"
    for i in (1, 3, 4):
        for projection in ("attention.output.dense", "output.dense"):
            grown[f"{prefix}.{i}.{projection}.weight"].zero_()
            grown[f"{prefix}.{i}.{projection}.bias"].zero_()
        for leaf, neutral in (("weight", 1.0), ("bias", 0.0)):
            below = grown[f"{prefix}.{i - 1}.output.LayerNorm.{leaf}"]
            grown[f"{prefix}.{i}.output.LayerNorm.{leaf}"] = below.clone()
            below.fill_(neutral)
            grown[f"{prefix}.{i}.attention.output.LayerNorm.{leaf}"].fill_(neutral)
    return grown


def logits_of(model, config):
    with torch.no_grad():
        return model(**tensors_of(batch_of("methods/0", config, False))).logits.numpy().astype(np.float32)


def ten_steps(model, key, arrays):
    groups = [dict(params=[p], weight_decay=0.0 if spared(n) else WEIGHT_DECAY) for n, p in model.named_parameters()]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE, betas=(0.9, 0.999), eps=1e-8)
    losses = []
    for step in range(STEPS):
        batch = batch_of(f"methods/{step}", CONFIG, False)
        optimizer.zero_grad()
        logits = model(**tensors_of(batch)).logits
        loss = torch.nn.CrossEntropyLoss()(logits.reshape(B * T, -1), mlm_labels(batch).reshape(-1))
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    for n, p in model.named_parameters():
        arrays[f"{key}/final/{n}"] = p.detach().numpy().astype(np.float32)
    return losses


def extended(state):
    """Three pieces more: the rows of the table and the decoder's bias are means of their old pieces' rows."""
    grown = dict(state)
    for k in ("bert.embeddings.word_embeddings.weight", "cls.predictions.bias"):
        rows = state[k]
        for old in ADDED:
            rows = torch.cat([rows, rows[old].mean(dim=0, keepdim=True)])
        grown[k] = rows
    grown["cls.predictions.decoder.weight"] = grown["bert.embeddings.word_embeddings.weight"]
    grown["cls.predictions.decoder.bias"] = grown["cls.predictions.bias"]
    return grown


def designed(fields):
    """A model from the config.json that our builder wrote, weights by the formula."""
    weights = architectures2.weights_of if fields["model_type"] == "modernbert" else weights_of  # its norms' names
    path = GOLDEN / "design-config"
    path.mkdir(exist_ok=True)
    (path / "config.json").write_text(json.dumps(fields))
    config = AutoConfig.from_pretrained(path)
    (path / "config.json").unlink()
    path.rmdir()
    model = AutoModelForMaskedLM.from_config(config, attn_implementation="eager").double().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights(name, parameter.shape))
    given = tensors_of(batch_of("methods/0", CONFIG, False))
    if getattr(config, "type_vocab_size", 0) < 2:
        del given["token_type_ids"]
    with torch.no_grad():
        logits = model(**given).logits
    return type(model).__name__, logits.numpy().astype(np.float32), sum(p.numel() for p in model.parameters())


def main():
    torch.set_num_threads(1)
    arrays, losses = {}, {}
    losses["embeddings-first"] = run(
        "embeddings-first", arrays, trainable=lambda n, step: group_of(n) == 0 or step >= EMBEDDINGS_FIRST
    )
    for family in ("bert", "roberta"):
        state, config = state_of(family, 2), config_of(family, 2)
        arrays[f"{family}/before/logits"] = logits_of(model_with(family, 2, state), config)
        arrays[f"{family}/identity/logits"] = logits_of(model_with(family, GROWN, inserted(family, state)), config)
        arrays[f"{family}/stack/logits"] = logits_of(
            model_with(family, GROWN, from_layers(state, [i % 2 for i in range(GROWN)])), config
        )
    state = state_of("bert", 2)
    losses["grown"] = ten_steps(model_with("bert", GROWN, inserted("bert", state)), "grown", arrays)
    more = extended(state)
    size = CONFIG["vocab_size"] + len(ADDED)
    arrays["extended/rows"] = more["bert.embeddings.word_embeddings.weight"][-len(ADDED) :].numpy().astype(np.float32)
    arrays["extended/bias"] = more["cls.predictions.bias"][-len(ADDED) :].numpy().astype(np.float32)
    batch = batch_of("methods/0", CONFIG, False)
    batch["input_ids"] = [40 + i % 3 if i % 5 == 0 else one for i, one in enumerate(batch["input_ids"])]
    with torch.no_grad():
        logits = model_with("bert", 2, more, size)(**tensors_of(batch)).logits
    arrays["extended/logits"] = logits.numpy().astype(np.float32)
    designs = {}
    for name, fields in json.loads((GOLDEN / "scratch-designs.json").read_text()).items():
        kind, logits, parameters = designed(fields)
        arrays[f"design/{name}/logits"] = logits
        designs[name] = dict(kind=kind, parameters=parameters)
    golden = dict(
        madeBy="tests/oracles/scratch.py",
        versions=dict(python=platform.python_version(), torch=torch.__version__, transformers=transformers.__version__),
        config=CONFIG,
        learningRate=LEARNING_RATE,
        weightDecay=WEIGHT_DECAY,
        embeddingsFirst=EMBEDDINGS_FIRST,
        grownLayers=GROWN,
        added=ADDED,
        extendedIds=batch["input_ids"],
        batches=[batch_of(f"methods/{step}", CONFIG, False) for step in range(STEPS)],
        losses=losses,
        designs=designs,
    )
    (GOLDEN / "scratch.json").write_text(json.dumps(golden) + "\n")
    save_file(arrays, GOLDEN / "scratch.safetensors")


if __name__ == "__main__":
    main()
