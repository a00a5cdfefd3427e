"""Golden numbers for training objectives: tiny BERT and RoBERTa, loss, gradients and ten AdamW steps in PyTorch.

Pairs: MLM and next-sentence prediction by transformers' BertForPreTraining. Contrastive: SimCSE's loss (Gao et al.
2021, section 3 and 4) on transformers' BertModel and RobertaModel, written out in PyTorch; unsupervised, the two views
of a text are two rows of one batch under the dropout masks of regularisation.py.
Writes tests/fixtures/models/objectives.json (batches, labels, losses, versions) and objectives.safetensors (gradients
of the first step, weights after the last). Weights and batches are those of models.py; all in float64.
Run: python tests/oracles/objectives.py
"""

import json
import platform

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file
from transformers import BertConfig, BertForPreTraining, BertModel, RobertaConfig, RobertaModel
from regularisation import counted_dropout
from models import B, GOLDEN, LEARNING_RATE, STEPS, T, WEIGHT_DECAY, batch_of, build, config_of, mlm_labels, tensors_of, uniform

TEMPERATURE, DROPOUT = 0.05, 0.1


def spared(name):
    return name.endswith(".bias") or "LayerNorm" in name


def pair_labels(key):
    return (uniform(f"{key}/pairs", B) >= 0).astype(int).tolist()


def pretraining(model, key, batch, step):
    out = model(**tensors_of(batch), labels=mlm_labels(batch), next_sentence_label=torch.tensor(pair_labels(key)))
    return out.loss


def pooled(model, batch, pooling):
    tensors = tensors_of(batch)
    hidden = model(**tensors).last_hidden_state
    if pooling == "cls":
        return hidden[:, 0]
    mask = tensors["attention_mask"].unsqueeze(-1).double()
    return (hidden * mask).sum(1) / mask.sum(1)


def contrastive(pooling):
    def loss(model, key, batch, step):
        first = pooled(model, batch, pooling)
        second = pooled(model, batch_of(f"{key}/second", CONFIGS[model.config.model_type], True), pooling)
        similarity = torch.nn.functional.cosine_similarity(first.unsqueeze(1), second.unsqueeze(0), dim=-1)
        return torch.nn.functional.cross_entropy(similarity / TEMPERATURE, torch.arange(B))

    return loss


def two_views(model, key, batch, step):
    """Both views in one forward pass of 2B rows, so that one mask covers both."""
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = DROPOUT
    tensors = {name: torch.cat([rows, rows]) for name, rows in tensors_of(batch).items()}
    with counted_dropout(step + 1):
        hidden = model(**tensors).last_hidden_state[:, 0]
    similarity = torch.nn.functional.cosine_similarity(hidden[:B].unsqueeze(1), hidden[B:].unsqueeze(0), dim=-1)
    return torch.nn.functional.cross_entropy(similarity / TEMPERATURE, torch.arange(B))


CONFIGS = {family: config_of(family, 2) for family in ("bert", "roberta")}


def run(key, family, classes, loss_of, arrays, prefix="", **extra):
    config_class, model_class = classes
    model = build(model_class, config_class, CONFIGS[family], **extra)
    named = list(model.named_parameters())
    if prefix:  # an encoder alone: weights by the names of a whole model
        from models import weights_of

        with torch.no_grad():
            for n, p in named:
                p.copy_(weights_of(prefix + n, p.shape))
    optimizer = torch.optim.AdamW(
        [dict(params=[p], weight_decay=0.0 if spared(n) else WEIGHT_DECAY) for n, p in named],
        lr=LEARNING_RATE,
        betas=(0.9, 0.999),
        eps=1e-8,
    )
    record = dict(config=CONFIGS[family], batches=[], losses=[])
    for step in range(STEPS):
        name = f"{key}/{step}"
        batch = batch_of(name, CONFIGS[family], True)
        optimizer.zero_grad()
        loss = loss_of(model, name, batch, step)
        loss.backward()
        record["losses"].append(loss.item())
        again = batch_of(f"{name}/second", CONFIGS[family], True)
        record["batches"].append(dict(batch=batch, second=again, pairLabels=pair_labels(name)))
        if step == 0:
            for n, p in named:
                if p.grad is not None:
                    arrays[f"{key}/gradient/{prefix}{n}"] = p.grad.numpy().astype(np.float32)
        optimizer.step()
    for n, p in named:
        if p.grad is not None:
            arrays[f"{key}/final/{prefix}{n}"] = p.detach().numpy().astype(np.float32)
    return record


def main():
    torch.set_num_threads(1)
    arrays = {}
    runs = {
        "pairs": run("pairs", "bert", (BertConfig, BertForPreTraining), pretraining, arrays),
        "contrastive-cls": run(
            "contrastive-cls", "bert", (BertConfig, BertModel), contrastive("cls"), arrays, "bert."
        ),
        "contrastive-dropout": run(
            "contrastive-dropout", "bert", (BertConfig, BertModel), two_views, arrays, "bert."
        ),
        "contrastive-mean": run(
            "contrastive-mean", "roberta", (RobertaConfig, RobertaModel), contrastive("mean"), arrays, "roberta."
        ),
    }
    golden = dict(
        madeBy="tests/oracles/objectives.py",
        versions=dict(python=platform.python_version(), torch=torch.__version__, transformers=transformers.__version__),
        learningRate=LEARNING_RATE,
        weightDecay=WEIGHT_DECAY,
        temperature=TEMPERATURE,
        dropout=DROPOUT,
        runs=runs,
    )
    (GOLDEN / "objectives.json").write_text(json.dumps(golden) + "\n")
    save_file(arrays, GOLDEN / "objectives.safetensors")
    (GOLDEN / "objectives.safetensors").chmod(0o644)
    for key, record in runs.items():
        print(key, [round(x, 4) for x in record["losses"]])


if __name__ == "__main__":
    main()
