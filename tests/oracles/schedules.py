"""Learning-rate schedules as transformers, PyTorch (OneCycleLR) and ULMFiT's formula give them.

Writes tests/golden/schedules.json. Versions are recorded in the file.
Run: python tests/oracles/schedules.py
"""
import json, math, pathlib, platform
import torch, transformers
from transformers import get_scheduler

RUNS = [(0, 10), (3, 20), (5, 50)]


def rates_of(make, total):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=1.0)
    scheduler = make(optimizer)
    rates = []
    for i in range(total):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if i < total - 1:
            scheduler.step()
    return rates


def row(name, settings, warmup, total, rates, plain_warmup=True):
    return dict(schedule=name, settings=settings, warmup=warmup, total=total, plainWarmup=plain_warmup, rates=rates)


def transformers_rows():
    kinds = [
        ("linear", "linear", {}, {}),
        ("cosine", "cosine", {}, {}),
        ("constant", "constant_with_warmup", {}, {}),
        ("restarts", "cosine_with_restarts", dict(num_cycles=3), dict(scheduleCycles=3)),
        ("polynomial", "polynomial", dict(lr_end=0.0, power=2.5), dict(schedulePower=2.5)),
        ("stable", "warmup_stable_decay", dict(decay_type="1-sqrt"), dict(decayShare=0.2)),
    ]
    for name, kind, extra, settings in kinds:
        for warmup, total in RUNS:
            if kind == "warmup_stable_decay":
                extra = dict(extra, num_decay_steps=round(0.2 * total))
            make = lambda o: get_scheduler(kind, o, num_warmup_steps=warmup, num_training_steps=total, scheduler_specific_kwargs=extra)
            yield row(name, settings, warmup, total, rates_of(make, total))


def one_cycle_rows():
    for warmup, total in RUNS[1:]:
        make = lambda o: torch.optim.lr_scheduler.OneCycleLR(
            o, max_lr=1.0, total_steps=total, pct_start=warmup / total, anneal_strategy="cos",
            cycle_momentum=False, div_factor=25.0, final_div_factor=1e4)
        yield row("one-cycle", {}, warmup, total, rates_of(make, total), plain_warmup=False)


def slanted_rows(ratio=32):
    """Howard & Ruder 2018, equation 3; t counts from 0."""
    for warmup, total in RUNS[1:]:
        cut_fraction = warmup / total
        cut = math.floor(total * cut_fraction + 1e-9)
        rates = []
        for t in range(total):
            p = t / cut if t < cut else 1 - (t - cut) / (cut * (1 / cut_fraction - 1))
            rates.append((1 + p * (ratio - 1)) / ratio)
        yield row("slanted", dict(slantedRatio=ratio), warmup, total, rates, plain_warmup=False)


golden = dict(
    versions=dict(python=platform.python_version(), torch=torch.__version__, transformers=transformers.__version__),
    schedules=[*transformers_rows(), *one_cycle_rows(), *slanted_rows()],
)
path = pathlib.Path(__file__).parent.parent / "golden" / "schedules.json"
path.write_text(json.dumps(golden))
print(path.name, path.stat().st_size, len(golden["schedules"]))
