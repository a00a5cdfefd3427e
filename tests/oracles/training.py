"""AdamW steps and learning-rate schedules as PyTorch and transformers compute them.

Writes tests/golden/training.json. Versions are recorded in the file.
Run: python tests/oracles/training.py
"""
import json, pathlib, platform
import torch, transformers
from transformers import get_scheduler

def adamw():
    torch.manual_seed(7)
    weight = torch.randn(6, 3)
    bias = torch.randn(5)
    w, b = torch.nn.Parameter(weight.clone()), torch.nn.Parameter(bias.clone())
    settings = dict(lr=0.01, betas=(0.9, 0.98), eps=1e-6)
    optimizer = torch.optim.AdamW([{"params": [w], "weight_decay": 0.05}, {"params": [b], "weight_decay": 0.0}], foreach=False, **settings)
    steps = []
    for s in range(6):
        rate = 0.01 * (s + 1) / 6
        for group in optimizer.param_groups:
            group["lr"] = rate
        gw, gb = torch.randn(6, 3) * 10 ** (s - 3), torch.randn(5) * 10 ** (s - 3)
        w.grad, b.grad = gw.clone(), gb.clone()
        norm = torch.nn.utils.clip_grad_norm_([w, b], 1.0)
        optimizer.step()
        steps.append(dict(rate=rate, weight_gradient=gw.flatten().tolist(), bias_gradient=gb.tolist(), norm=norm.item(),
                          weight=w.detach().flatten().tolist(), bias=b.detach().tolist()))
    return dict(weight=weight.flatten().tolist(), bias=bias.tolist(), steps=steps)

def schedules():
    out = []
    for name, kind in [("linear", "linear"), ("cosine", "cosine"), ("constant", "constant_with_warmup")]:
        for warmup, total in [(0, 10), (3, 20), (5, 50)]:
            parameter = torch.nn.Parameter(torch.zeros(1))
            optimizer = torch.optim.SGD([parameter], lr=1.0)
            scheduler = get_scheduler(kind, optimizer, num_warmup_steps=warmup, num_training_steps=total)
            rates = []
            for _ in range(total):
                rates.append(optimizer.param_groups[0]["lr"])
                optimizer.step()
                scheduler.step()
            out.append(dict(schedule=name, warmup=warmup, total=total, rates=rates))
    return out

golden = dict(versions=dict(python=platform.python_version(), torch=torch.__version__, transformers=transformers.__version__),
              adamw=adamw(), schedules=schedules())
path = pathlib.Path(__file__).parent.parent / "golden" / "training.json"
path.write_text(json.dumps(golden))
print(path, path.stat().st_size)
