"""torch.amp.GradScaler beside AdamW: the scale after each update, and which updates AdamW counts.

Writes tests/golden/loss-scaler.json. Overflows are made by an infinite gradient at the steps named.
"""

import json
from pathlib import Path

import torch

GOLDEN = Path(__file__).parent.parent / "golden" / "loss-scaler.json"
UPDATES = 6500
OVERFLOWS = [1, 2, 5, 700, 2705, 2706, 6000]


def main() -> None:
    weight = torch.nn.Parameter(torch.ones(1))
    optimiser = torch.optim.AdamW([weight], lr=1e-3)
    scaler = torch.amp.GradScaler("cpu")
    scales = [[0, scaler.get_scale()]]
    for step in range(1, UPDATES + 1):
        weight.grad = torch.full((1,), float("inf") if step in OVERFLOWS else 1.0)
        scaler.scale(torch.zeros(1))  # it wants to have scaled something
        scaler.step(optimiser)
        scaler.update()
        if scaler.get_scale() != scales[-1][1]:
            scales.append([step, scaler.get_scale()])
    counted = int(optimiser.state[weight]["step"])
    golden = {
        "versions": {"torch": torch.__version__},
        "updates": UPDATES,
        "overflows": OVERFLOWS,
        "scales": scales,
        "counted": counted,
    }
    GOLDEN.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
