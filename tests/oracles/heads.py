"""Golden numbers for fine-tuning heads: tiny BERT and RoBERTa with each of transformers' task heads.

Writes tests/fixtures/models/heads.json (batches, losses, gradient norms, span decoding, SQuAD scores) and
heads.safetensors (logits and gradients at step 0, weights after ten AdamW steps). All in float64.
Pairs are [CLS] A [SEP] B [SEP] with token types for BERT, <s> A </s></s> B </s> for RoBERTa.
The SQuAD part is written here from the rules of the official v1.1 evaluation (lower case, no punctuation, no
articles, single blanks; exact match and token F1, the best over the answers), without any code of ours.
Run: python tests/oracles/heads.py
"""

import json
import platform
import re
import string
from collections import Counter

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file
from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
    RobertaConfig,
    RobertaForQuestionAnswering,
    RobertaForSequenceClassification,
    RobertaForTokenClassification,
)
from models import B, CLASSES, GOLDEN, STEPS, T, build, config_of, gradients, uniform

LEARNING_RATE, WEIGHT_DECAY = 5e-3, 0.01
CLASSES_OF = {
    "bert": (BertConfig, BertForSequenceClassification, BertForTokenClassification, BertForQuestionAnswering),
    "roberta": (RobertaConfig, RobertaForSequenceClassification, RobertaForTokenClassification, RobertaForQuestionAnswering),
}
# First and second text of each row, in tokens, special tokens not counted: all three rows fit T = 8.
PAIRS = [(2, 2), (1, 3), (2, 1)]


def draw(name, n, count):
    return ((uniform(name, count) + 0.5) * n).astype(int)


def rows_of(name, config, paired):
    """Special tokens: start 2, end 3 (any ids do)."""
    bert, pad = config["model_type"] == "bert", config["pad_token_id"]
    rows = []
    for b, (first, second) in enumerate(PAIRS):
        ids = (4 + draw(f"{name}/{b}", config["vocab_size"] - 4, T)).tolist()
        if paired:
            glue = [3] if bert else [3, 3]
            one = [2, *ids[:first], *glue]
            row = [*one, *ids[first : first + second], 3][:T]
            types = [0] * len(one) + [1 if bert else 0] * (len(row) - len(one))
        else:
            row = [2, *ids[: first + second], 3]
            types = [0] * len(row)
        mask = [1] * len(row) + [0] * (T - len(row))
        rows.append((row + [pad] * (T - len(row)), types + [0] * (T - len(row)), mask))
    return dict(
        input_ids=[i for r in rows for i in r[0]],
        token_type_ids=[i for r in rows for i in r[1]],
        attention_mask=[i for r in rows for i in r[2]],
    )


def labels_of(name, task, batch):
    """Per row or token; -100 is ignored."""
    if task == "sequence":
        return draw(f"{name}/classes", CLASSES, B).tolist()
    if task == "regression":
        return np.round(5 * (uniform(f"{name}/scores", B) + 0.5), 3).tolist()
    if task == "tokens":
        classes = draw(f"{name}/tags", CLASSES, B * T)
        use = draw(f"{name}/use", 2, B * T)
        real = np.array(batch["attention_mask"])
        return [int(c) if u and r else -100 for c, u, r in zip(classes, use, real)]
    lengths = np.array(batch["attention_mask"]).reshape(B, T).sum(1)
    starts = [int(x * n) for x, n in zip(uniform(f"{name}/starts", B) + 0.5, lengths)]
    return [[s, min(int(n) - 1, s + 1)] for s, n in zip(starts, lengths)]


def loss_of(model, batch, task, labels):
    grid = lambda key: torch.tensor(batch[key]).reshape(B, T)
    inputs = {key: grid(key) for key in ("input_ids", "token_type_ids", "attention_mask")}
    if task == "spans":
        # Padding is no answer here; transformers' own loss, where it is one, agrees where there is none.
        at, out = torch.tensor(labels), model(**inputs)
        hidden = lambda logits: logits.masked_fill(inputs["attention_mask"] == 0, -1e9)
        halves = [torch.nn.functional.cross_entropy(hidden(x), at[:, i]) for i, x in enumerate((out.start_logits, out.end_logits))]
        whole = {key: value[:1, : int(inputs["attention_mask"][0].sum())] for key, value in inputs.items()}
        alone = model(**whole, start_positions=at[:1, 0], end_positions=at[:1, 1])
        first = [torch.nn.functional.cross_entropy(hidden(x)[:1], at[:1, i]) for i, x in enumerate((out.start_logits, out.end_logits))]
        assert abs(float(alone.loss - sum(first) / 2)) < 1e-9
        return dict(loss=sum(halves) / 2, start_logits=hidden(out.start_logits), end_logits=hidden(out.end_logits))
    shaped = torch.tensor(labels, dtype=torch.float64 if task == "regression" else torch.long)
    return model(**inputs, labels=shaped.reshape(B, T) if task == "tokens" else shaped)


def head(family, task, arrays):
    config = config_of(family, 1)
    config_class, sequence, tokens, spans = CLASSES_OF[family]
    model_class = dict(sequence=sequence, regression=sequence, tokens=tokens, spans=spans)[task]
    extra = dict(num_labels=1) if task == "regression" else {} if task == "spans" else dict(num_labels=CLASSES)
    model = build(model_class, config_class, config, **extra)
    named = list(model.named_parameters())
    spared = lambda n: n.endswith(".bias") or "LayerNorm" in n
    optimizer = torch.optim.AdamW(
        [dict(params=[p], weight_decay=0.0 if spared(n) else WEIGHT_DECAY) for n, p in named],
        lr=LEARNING_RATE,
        betas=(0.9, 0.999),
        eps=1e-8,
    )
    key, batches, losses = f"{family}-{task}", [], []
    for step in range(STEPS):
        name = f"heads/{task}/{step}"
        batch = rows_of(name, config, task in ("regression", "spans"))
        batch["labels"] = labels_of(name, task, batch)
        batches.append(batch)
        optimizer.zero_grad()
        out = loss_of(model, batch, task, batch["labels"])
        out["loss"].backward()
        losses.append(out["loss"].item())
        if step == 0:
            logits = torch.stack([out["start_logits"], out["end_logits"]], -1) if task == "spans" else out["logits"]
            arrays[f"{key}/logits"] = logits.detach().reshape(-1, logits.shape[-1]).numpy().astype(np.float32)
            gradients(model, key, arrays)
        optimizer.step()
    for n, p in named:
        arrays[f"{key}/final/{n}"] = p.detach().numpy().astype(np.float32)
    print(key, [round(x, 4) for x in losses])
    return dict(family=family, task=task, config=config, batches=batches, losses=losses)


# --- SQuAD v1.1's exact match and F1 ---


def normal(text):
    text = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def token_f1(prediction, answer):
    ours, theirs = normal(prediction).split(), normal(answer).split()
    same = sum((Counter(ours) & Counter(theirs)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(ours), same / len(theirs)
    return 2 * precision * recall / (precision + recall)


ANSWERS = [
    ("the left atrium", ["left atrium", "The left atrium."]),
    ("12.5 mg", ["12.5 mg daily", "12.5mg"]),
    ("An  enzyme", ["enzymes"]),
    ("", ["insulin"]),
    ("The", ["the", "a"]),
    ("beta-blockers (oral)", ["Beta blockers", "oral beta-blockers"]),
    ("Theodore another an", ["theodore another"]),
    ("naïve T cells", ["naive T cells", "Naïve T-cells"]),
    ("in 1995 and 1997", ["1995", "1997 and 1995"]),
    ("\u201cquoted\u201d text", ["quoted text"]),
    ("a b b c", ["b b b d"]),
]


def squad():
    rows = []
    for prediction, answers in ANSWERS:
        exact = max(float(normal(prediction) == normal(a)) for a in answers)
        rows.append(dict(prediction=prediction, answers=answers, exact=exact, f1=max(token_f1(prediction, a) for a in answers)))
    return rows


# --- the best span of one window: the n best starts and ends, start <= end, at most `longest` tokens, in the context ---


def span_case(name, tokens, first, best, longest):
    start, end = 8 * uniform(f"{name}/start", tokens), 8 * uniform(f"{name}/end", tokens)
    start, end = np.round(start, 4), np.round(end, 4)
    starts, ends = np.argsort(-start, kind="stable")[:best], np.argsort(-end, kind="stable")[:best]
    found = [
        (float(start[s] + end[e]), int(s), int(e))
        for s in starts
        for e in ends
        if first <= s <= e and e - s + 1 <= longest
    ]
    found.sort(key=lambda x: (-x[0], x[1], x[2]))
    return dict(start=start.tolist(), end=end.tolist(), first=first, best=best, longest=longest, spans=found[:3])


def main():
    torch.set_num_threads(1)
    arrays = {}
    tasks = ("sequence", "regression", "tokens", "spans")
    runs = {f"{f}-{t}": head(f, t, arrays) for f in CLASSES_OF for t in tasks}
    golden = dict(
        madeBy="tests/oracles/heads.py",
        versions=dict(python=platform.python_version(), torch=torch.__version__, transformers=transformers.__version__),
        shape=dict(B=B, T=T),
        classes=CLASSES,
        learningRate=LEARNING_RATE,
        weightDecay=WEIGHT_DECAY,
        runs=runs,
        squad=squad(),
        spans=[span_case("one", 12, 4, 5, 3), span_case("two", 30, 9, 20, 6), span_case("three", 10, 8, 2, 3)],
    )
    (GOLDEN / "heads.json").write_text(json.dumps(golden) + "\n")
    save_file(arrays, GOLDEN / "heads.safetensors")
    (GOLDEN / "heads.safetensors").chmod(0o644)


if __name__ == "__main__":
    main()
