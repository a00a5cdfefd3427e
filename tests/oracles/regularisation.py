"""Golden numbers for regularisation and parameter-efficient training: one tiny BERT, ten steps of each method.

Writes tests/fixtures/models/regularisation.json (settings, losses, the learning-rate sweep, early stops, versions),
regularisation.safetensors (weights after the last step) and the PEFT adapter in lora-adapter/ with the logits that
peft's merged model gives. Model, weights and batches are those of models.py; all in float64.
Dropout masks are Threefry-2x32-13 as src/runtime/dropout.ts describes them, written here a second time.
Run: python tests/oracles/regularisation.py
  UNMASK_WRITE_ADAPTER=DIR npx vitest run tests/unit/models/lora.test.ts
      writes that adapter as src/models does.
  python tests/oracles/regularisation.py check DIR
      opens it with peft and prints the largest difference of its logits.
"""

import json
import platform
import shutil
import sys
from contextlib import contextmanager

import numpy as np
import peft
import torch
import transformers
from safetensors import safe_open
from safetensors.numpy import save_file
from models import B, GOLDEN, LEARNING_RATE, MODELS, STEPS, T, WEIGHT_DECAY, batch_of, build, config_of, mlm_labels, tensors_of, uniform, weights_of

CONFIG = config_of("bert", 2)
SEED = 42
LIMIT = 1 << 16


def threefry(counters, stream, seed, step):
    keys = [np.uint32(seed), np.uint32(step), np.uint32(seed ^ step ^ 0x1BD11BDA)]
    with np.errstate(over="ignore"):
        x = counters.astype(np.uint32) + keys[0]
        y = np.full_like(x, stream) + keys[1]
        for i in range(13):
            turn = np.uint32([13, 15, 26, 6, 17, 29, 16, 24][i % 8])
            x = x + y
            y = ((y << turn) | (y >> (np.uint32(32) - turn))) ^ x
            if i % 4 == 3:
                n = (i + 1) // 4
                x = x + keys[n % 3]
                y = y + keys[(n + 1) % 3] + np.uint32(n)
    return x, y


def mask_of(shape, keep, step, batch, site):
    """0 or the inverse of the share that is kept: four numbers of 16 bits a counter, spread over blocks of 16 places."""
    size = int(np.prod(shape))
    blocks = -(-size // 16)
    x, y = threefry(np.arange(4 * blocks), (batch << 16) | site, SEED, step)
    numbers = np.stack([x & 0xFFFF, x >> 16, y & 0xFFFF, y >> 16])  # (4, counters)
    places = numbers.reshape(4, blocks, 4).transpose(1, 0, 2).reshape(-1)[:size]
    limit = round(keep * LIMIT)
    return torch.from_numpy(np.where(places < limit, LIMIT / limit, 0.0)).reshape(shape)


@contextmanager
def counted_dropout(step, batch=0):
    """F.dropout with our masks: the n-th call of a forward pass is site n."""
    real, site = torch.nn.functional.dropout, [0]

    def dropout(x, p=0.5, training=True, inplace=False):
        if p == 0 or not training:
            return x
        mask = mask_of(x.shape, 1 - p, step, batch, site[0])
        site[0] += 1
        return x * mask

    torch.nn.functional.dropout = dropout
    try:
        yield
    finally:
        torch.nn.functional.dropout = real


def spared(name):
    return name.endswith(".bias") or "LayerNorm" in name


def set_dropout(model, hidden, attention):
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Dropout) and "lora" not in name:
            module.p = attention if name.endswith("attention.self.dropout") else hidden
    return model


def plain_model():
    config_class, model_class = MODELS["bert"][:2]
    return build(model_class, config_class, CONFIG)


def with_lora(modules, rank, alpha, dropout):
    """PEFT's model; its adapters by the formula of (name, index), B not at zero so that the first step already tells."""
    model = peft.get_peft_model(
        plain_model(), peft.LoraConfig(r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=modules)
    )
    with torch.no_grad():
        for name, p in model.named_parameters():
            if "lora_" in name:
                plain = name.removeprefix("base_model.model.").replace(".default", "")
                p.copy_(weights_of(plain, p.shape))
    return model


def stored(name):
    return name.removeprefix("base_model.model.").replace(".base_layer", "").replace(".default", "")


def loss_of(model, batch, count=None):
    logits = model(**tensors_of(batch)).logits
    labels = mlm_labels(batch).reshape(-1)
    loss = torch.nn.functional.cross_entropy(logits.reshape(B * T, -1), labels, reduction="sum")
    return loss / (count or (labels >= 0).sum())


def run(key, arrays, model=None, clip=0.0, pull=0.0, parts=1, decay=WEIGHT_DECAY):
    """Ten AdamW steps at a constant rate; `pull` is decoupled: after the step, from the weights before it."""
    model = model or plain_model()
    model.train()
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    start = {n: p.detach().clone() for n, p in named}
    groups = [dict(params=[p], weight_decay=0.0 if spared(n) else decay) for n, p in named]
    optimizer = torch.optim.AdamW(groups, lr=LEARNING_RATE, betas=(0.9, 0.999), eps=1e-8)
    losses = []
    for step in range(STEPS):
        optimizer.zero_grad()
        batches = [batch_of(f"methods/{(step + 3 * part) % STEPS}", CONFIG, False) for part in range(parts)]
        count = sum(len(batch["labels"]) for batch in batches)
        total = 0.0
        for part, batch in enumerate(batches):
            with counted_dropout(step + 1, part):
                loss = loss_of(model, batch, count)
            loss.backward()
            total += loss.item()
        losses.append(total)
        if clip:
            torch.nn.utils.clip_grad_norm_([p for _, p in named], clip)
        old = {n: p.detach().clone() for n, p in named} if pull else {}
        optimizer.step()
        with torch.no_grad():
            for n, p in named:
                if pull:
                    p -= LEARNING_RATE * pull * (old[n] - start[n])
    for n, p in model.named_parameters():
        if p.requires_grad:
            arrays[f"{key}/final/{stored(n)}"] = p.detach().numpy().astype(np.float32)
    return losses


def sweep(start, end, updates):
    """The learning-rate finder's sweep, smoothed and judged as fastai does (its `valley`), ended at four times the lowest."""
    model = plain_model()
    groups = [dict(params=[p], weight_decay=0.0 if spared(n) else WEIGHT_DECAY) for n, p in model.named_parameters()]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8)
    mean, lowest, losses, smoothed, rates = 0.0, float("inf"), [], [], []
    for i in range(updates):
        rate = start * (end / start) ** (i / (updates - 1))
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss = loss_of(model, batch_of(f"methods/{i % STEPS}", CONFIG, False))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        mean = 0.98 * mean + 0.02 * loss.item()
        losses.append(loss.item())
        smoothed.append(mean / (1 - 0.98 ** (i + 1)))
        rates.append(rate)
        lowest = min(lowest, smoothed[-1])
        if smoothed[-1] > 4 * lowest:
            break
    return dict(start=start, end=end, updates=updates, losses=losses, smoothed=smoothed, suggestion=valley(rates, smoothed))


def valley(rates, losses):
    lengths, max_start, max_end = [1] * len(losses), 0, 0
    for i in range(1, len(losses)):
        for j in range(0, i):
            if losses[i] < losses[j] and lengths[i] < lengths[j] + 1:
                lengths[i] = lengths[j] + 1
            if lengths[max_end] < lengths[i]:
                max_end = i
                max_start = max_end - lengths[max_end]
    sections = (max_end - max_start) / 3
    return rates[max_start + int(sections) + int(sections / 2)]


def early_stops():
    """Held-out losses by a formula, and where a run that looks at them every two updates ends."""
    cases = []
    for patience in (1, 2, 3, 5):
        for curve in range(3):
            losses = (2 + uniform(f"early/{curve}", 15) - 0.02 * np.arange(15)).tolist()
            best, since, stop, best_at = float("inf"), 0, len(losses), 0
            for i, loss in enumerate(losses):
                since += 1
                if loss < best:
                    best, since, best_at = loss, 0, i + 1
                if since >= patience:
                    stop = i + 1
                    break
            cases.append(dict(patience=patience, losses=losses, stopStep=2 * stop, bestStep=2 * best_at))
    return cases


def adapter(folder, arrays):
    """A folder that peft saves, with options that a tiny one can show, and the merged model's logits."""
    model = with_lora("all-linear", 3, 5, 0.1).eval()
    shutil.rmtree(folder, ignore_errors=True)
    model.float().save_pretrained(folder)
    for file in folder.iterdir():
        file.chmod(0o644)
    (folder / "README.md").unlink()
    batch = batch_of("methods/0", CONFIG, False)
    arrays["adapter/logits"] = model(**tensors_of(batch)).logits.detach().reshape(B * T, -1).numpy().astype(np.float32)
    arrays["adapter/without"] = plain_model().eval()(**tensors_of(batch)).logits.detach().reshape(B * T, -1).numpy().astype(np.float32)


def check(folder):
    model = peft.PeftModel.from_pretrained(plain_model().float(), folder).eval()
    logits = model(**tensors_of(batch_of("methods/0", CONFIG, False))).logits.detach().reshape(B * T, -1).numpy()
    with safe_open(GOLDEN / "regularisation.safetensors", "np") as file:
        expected, without = file.get_tensor("adapter/logits"), file.get_tensor("adapter/without")
    print("largest difference", np.abs(logits - expected).max(), "without the adapter", np.abs(without - expected).max())


ATTENTION = ["query", "key", "value", "attention.output.dense"]


def main():
    torch.set_num_threads(1)
    arrays, methods = {}, {}

    def add(key, settings, parts=1, **how):
        methods[key] = dict(settings=settings, parts=parts, losses=run(key, arrays, parts=parts, **how))

    add("dropout", dict(dropout=0.1), model=set_dropout(plain_model(), 0.1, 0.0))
    add("attention dropout", dict(attentionDropout=0.25), model=set_dropout(plain_model(), 0.0, 0.25))
    add("dropout with accumulation", dict(dropout=0.2, attentionDropout=0.1), parts=2, model=set_dropout(plain_model(), 0.2, 0.1))
    add("pull to the start", dict(pullToStart=20), pull=20.0)
    add("weight decay", dict(weightDecay=1), decay=1.0)
    add("gradient clipping", dict(clipNorm=0.05), clip=0.05)
    add("gradient accumulation", dict(accumulation=2), parts=2)
    add("LoRA query, value", dict(loraTargets="query-value", loraRank=4, loraAlpha=8), model=with_lora(["query", "value"], 4, 8, 0.0))
    add("LoRA attention", dict(loraRank=2, loraAlpha=8, loraTargets="attention"), model=with_lora(ATTENTION, 2, 8, 0.0))
    encoder = r".*\.(query|key|value|dense)"
    add("LoRA all", dict(loraRank=4, loraAlpha=2, loraTargets="all"), model=with_lora(encoder, 4, 2, 0.0))
    add("LoRA dropout", dict(loraTargets="query-value", loraRank=4, loraAlpha=8, loraDropout=0.3), model=with_lora(["query", "value"], 4, 8, 0.3))
    together = dict(dropout=0.1, attentionDropout=0.1, pullToStart=20, accumulation=2, **methods["LoRA dropout"]["settings"])
    model = set_dropout(with_lora(["query", "value"], 4, 8, 0.3), 0.1, 0.1)
    add("all at once", together, parts=2, model=model, pull=20.0)
    adapter(GOLDEN / "lora-adapter", arrays)

    golden = dict(
        madeBy="tests/oracles/regularisation.py",
        versions=dict(
            python=platform.python_version(),
            torch=torch.__version__,
            transformers=transformers.__version__,
            peft=peft.__version__,
        ),
        config=CONFIG,
        learningRate=LEARNING_RATE,
        weightDecay=WEIGHT_DECAY,
        batches=[batch_of(f"methods/{step}", CONFIG, False) for step in range(STEPS)],
        methods=methods,
        sweep=sweep(1e-4, 1.0, 60),
        early=early_stops(),
    )
    (GOLDEN / "regularisation.json").write_text(json.dumps(golden) + "\n")
    save_file(arrays, GOLDEN / "regularisation.safetensors")
    (GOLDEN / "regularisation.safetensors").chmod(0o644)
    for key, method in methods.items():
        print(key, [round(x, 4) for x in method["losses"]])
    print("sweep", len(golden["sweep"]["losses"]), golden["sweep"]["suggestion"])
    print("early", [(c["patience"], c["stopStep"], c["bestStep"]) for c in golden["early"]])


if __name__ == "__main__":
    check(sys.argv[2]) if sys.argv[1:2] == ["check"] else main()
