"""AdamW steps as PyTorch computes them.

Writes tests/golden/training.json. Versions are recorded in the file.
Run: python tests/oracles/training.py
"""
import json, pathlib, platform
import torch

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

golden = dict(versions=dict(python=platform.python_version(), torch=torch.__version__),
              adamw=adamw())
path = pathlib.Path(__file__).parent.parent / "golden" / "training.json"
path.write_text(json.dumps(golden))
print(path, path.stat().st_size)
