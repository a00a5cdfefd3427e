/** The memory plan of the present model and recipe; kept until one of them changes. */
import type { Client } from "../client/index.ts";
import { withoutPace, type DeviceSetting, type MemoryAdvice, type ModelRef, type Recipe } from "../contract/index.ts";
import { Job } from "./job.svelte.ts";

export class MemoryState {
  readonly planning = new Job();
  advice = $state.raw<MemoryAdvice | null>(null);
  #key = $state("");
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  static keyOf(model: ModelRef, recipe: Recipe, device: DeviceSetting): string {
    return JSON.stringify([model, withoutPace(recipe), device]);
  }

  fits(model: ModelRef, recipe: Recipe, device: DeviceSetting): boolean {
    return this.#key === MemoryState.keyOf(model, recipe, device);
  }

  async plan(model: ModelRef, recipe: Recipe, device: DeviceSetting): Promise<void> {
    const advice = await this.planning.run("Planning the memory", ({ signal, onProgress }) =>
      this.#client.compute.run((api) => api.planMemory(model, recipe, device, onProgress), { signal }),
    );
    if (advice === undefined) return;
    this.advice = advice;
    this.#key = MemoryState.keyOf(model, recipe, device);
  }

  forget(): void {
    this.advice = null;
    this.#key = "";
  }
}
