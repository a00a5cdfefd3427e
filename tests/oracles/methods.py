"""Golden numbers for training methods: one tiny BERT, ten steps of each method in PyTorch.

Writes tests/fixtures/models/methods.json (settings, losses, versions) and methods.safetensors (weights
after the last step). Model, weights and batches are those of models.py; all in float64.
Run: python tests/oracles/methods.py
"""

import json
import platform

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file
from models import B, GOLDEN, LEARNING_RATE, MODELS, STEPS, T, WEIGHT_DECAY, batch_of, build, config_of, mlm_labels, tensors_of

CONFIG = config_of("bert", 2)


def spared(name):
    return name.endswith(".bias") or "LayerNorm" in name


def group_of(name):
    """0 = embeddings, 1.. = layers, last = head: the order in which ULMFiT counts."""
    if ".layer." in name:
        return 1 + int(name.split(".layer.")[1].split(".")[0])
    return 0 if "embeddings" in name else CONFIG["num_hidden_layers"] + 1


def run(key, arrays, loss_of=None, rate_of=lambda name: 1.0, trainable=lambda name, step: True):
    """Ten AdamW steps at a constant rate without clipping."""
    config_class, model_class = MODELS["bert"][:2]
    model = build(model_class, config_class, CONFIG)
    named = list(model.named_parameters())
    groups = [
        dict(params=[p], name=n, lr=LEARNING_RATE * rate_of(n), weight_decay=0.0 if spared(n) else WEIGHT_DECAY)
        for n, p in named
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8)
    losses = []
    for step in range(STEPS):
        batch = batch_of(f"methods/{step}", CONFIG, False)
        for n, p in named:
            p.grad = None
            p.requires_grad_(trainable(n, step))
        logits = model(**tensors_of(batch)).logits
        loss_of = loss_of or torch.nn.CrossEntropyLoss()
        loss = loss_of(logits.reshape(B * T, -1), mlm_labels(batch).reshape(-1))
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    for n, p in named:
        arrays[f"{key}/final/{n}"] = p.detach().numpy().astype(np.float32)
    return losses


def main():
    torch.set_num_threads(1)
    arrays, methods = {}, {}

    def add(key, settings, **how):
        methods[key] = dict(settings=settings, losses=run(key, arrays, **how))

    add("plain", {})
    add("label-smoothing", dict(labelSmoothing=0.1), loss_of=torch.nn.CrossEntropyLoss(label_smoothing=0.1))
    factor = 0.6
    top = CONFIG["num_hidden_layers"] + 1
    add("layer-decay", dict(layerRateDecay=factor), rate_of=lambda n: factor ** (top - group_of(n)))
    add("freeze-embeddings", dict(freezeEmbeddings="yes"), trainable=lambda n, step: group_of(n) > 0)
    add("freeze-layers", dict(freezeEmbeddings="yes", freezeLayers=1), trainable=lambda n, step: group_of(n) > 1)
    # A group every three steps, from the head down: head | layer 2 | layer 1 | embeddings.
    add("gradual-unfreezing", dict(unfreezeEvery=3), trainable=lambda n, step: group_of(n) >= top - step // 3)
    # Parts in an order and at steps of one's own; the head learns from the first.
    waits = {0: 2, 1: 7, 2: 4, top: 0}
    add(
        "unfreezing-plan",
        dict(unfreezing="plan", unfreezePlan="embeddings: 2\nlayer 1: 7\nlayer 2: 4"),
        trainable=lambda n, step: step >= waits[group_of(n)],
    )

    golden = dict(
        madeBy="tests/oracles/methods.py",
        versions=dict(python=platform.python_version(), torch=torch.__version__, transformers=transformers.__version__),
        config=CONFIG,
        learningRate=LEARNING_RATE,
        weightDecay=WEIGHT_DECAY,
        batches=[batch_of(f"methods/{step}", CONFIG, False) for step in range(STEPS)],
        methods=methods,
    )
    (GOLDEN / "methods.json").write_text(json.dumps(golden) + "\n")
    save_file(arrays, GOLDEN / "methods.safetensors")
    (GOLDEN / "methods.safetensors").chmod(0o644)
    for key, method in methods.items():
        print(key, [round(x, 4) for x in method["losses"]])


if __name__ == "__main__":
    main()
