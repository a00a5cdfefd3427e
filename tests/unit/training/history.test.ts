import { expect, test } from "vitest";
import { History } from "../../../src/training/history.ts";

test("a long run keeps at most 2,000 evenly spaced points, first ones included", () => {
  const history = new History();
  for (let step = 1; step <= 100_000; step++) history.addStep(step, 1 / step);
  const { steps, losses } = history.data();
  expect(steps.length).toBeLessThanOrEqual(2001);
  expect(steps.length).toBeGreaterThan(1000);
  expect(steps[0]).toBe(1);
  const spacing = steps[1]! - steps[0]!;
  steps.forEach((step, i) => {
    expect(step).toBe(1 + i * spacing);
    expect(losses[i]).toBe(1 / step);
  });
});

test("a history saved and opened again goes on as if it had never stopped", () => {
  const [whole, first] = [new History(), new History()];
  for (let step = 1; step <= 5000; step++) whole.addStep(step, step);
  for (let step = 1; step <= 3333; step++) first.addStep(step, step);
  const second = new History(first.data());
  for (let step = 3334; step <= 5000; step++) second.addStep(step, step);
  expect(second.data()).toEqual(whole.data());
});

test("the loss on the general text stands beside the held-out loss, also where it began later", () => {
  const history = new History();
  history.addEvaluation(0, 5);
  for (let step = 1; step <= 3000; step++) history.addEvaluation(step, 5, step);
  const { evaluationSteps, evaluationLosses, generalLosses } = history.data();
  expect(generalLosses).toHaveLength(evaluationSteps.length);
  expect(evaluationLosses).toHaveLength(evaluationSteps.length);
  expect(generalLosses![0]).toBeNaN();
  evaluationSteps.slice(1).forEach((step, i) => expect(generalLosses![i + 1]).toBe(step));
  const plain = new History();
  plain.addEvaluation(1, 5);
  expect(plain.data()).not.toHaveProperty("generalLosses");
});
