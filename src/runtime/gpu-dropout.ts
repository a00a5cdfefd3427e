/** Dropout masks on the GPU: written into the graph's input buffers by one kernel before each batch; see dropout.ts. */
import {
  dropoutBlock,
  dropoutNumbers,
  dropoutRoom,
  dropoutStream,
  threefryParity,
  threefryRotations,
  threefryRounds,
} from "./dropout.ts";
import { Kernel, storageBuffer, uniformBuffer, write } from "./gpu-buffers.ts";
import type { DropoutSite } from "./types.ts";

const lanes = 256;
/** A dispatch may be so wide; a larger mask is written in strides. */
const mostGroups = 4096;

function rounds(): string {
  const lines: string[] = [];
  for (let round = 0; round < threefryRounds; round++) {
    const turn = threefryRotations[round % threefryRotations.length]!;
    lines.push(`x.x += x.y; x.y = ((x.y << ${turn}u) | (x.y >> ${32 - turn}u)) ^ x.x;`);
    const count = (round + 1) / 4;
    if (round % 4 === 3) lines.push(`x.x += keys[${count % 3}]; x.y += keys[${(count + 1) % 3}] + ${count}u;`);
  }
  return lines.join("\n  ");
}

/** Masks for up to `count` sites; group.y is the site's number within the dispatch. */
export const dropoutKernel = (count: number): string => `
struct Site { blocks: u32, stream: u32, limit: u32, scale: f32 }
struct Settings { key: vec2u, unused: vec2u, sites: array<Site, ${count}> }
@group(0) @binding(0) var<uniform> u: Settings;
${Array.from({ length: count }, (_, k) => `@group(0) @binding(${k + 1}) var<storage, read_write> mask${k}: array<f32>;`).join("\n")}
fn threefry(counter: vec2u) -> vec2u {
  let keys = array<u32, 3>(u.key.x, u.key.y, u.key.x ^ u.key.y ^ ${threefryParity}u);
  var x = counter + u.key;
  ${rounds()}
  return x;
}
@compute @workgroup_size(${lanes})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(workgroup_id) group: vec3u) {
  let site = u.sites[group.y];
  for (var c = id.x; c < 4u * site.blocks; c += groups.x * ${lanes}u) {
    let words = threefry(vec2u(c, site.stream));
    let numbers = vec4u(words.x & 0xffffu, words.x >> 16u, words.y & 0xffffu, words.y >> 16u);
    let kept = select(vec4f(0.0), vec4f(site.scale), numbers < vec4u(site.limit));
    let at = 16u * (c / 4u) + (c & 3u);
    switch (group.y) {
    ${Array.from(
      { length: count },
      (_, k) =>
        `case ${k}u: { mask${k}[at] = kept.x; mask${k}[at + 4u] = kept.y; mask${k}[at + 8u] = kept.z; mask${k}[at + 12u] = kept.w; }`,
    ).join("\n    ")}
    default: {}
    }
  }
}`;

interface Mask {
  site: DropoutSite;
  number: number;
  blocks: number;
  buffer: GPUBuffer;
}

export class GpuDropout {
  /** The sites' buffers by the graph's input; they hold whole blocks. */
  readonly buffers: ReadonlyMap<string, GPUBuffer>;
  readonly #device: GPUDevice;
  readonly #groups: { uniform: GPUBuffer; masks: readonly Mask[]; run: (pass: GPUComputePassEncoder) => void }[];

  constructor(device: GPUDevice, sites: readonly DropoutSite[]) {
    this.#device = device;
    const masks = sites.map((site, number): Mask => {
      const room = dropoutRoom(site.shape.reduce((a, b) => a * b, 1));
      return { site, number, blocks: room / dropoutBlock, buffer: storageBuffer(device, room, site.input) };
    });
    this.buffers = new Map(masks.map(({ site, buffer }) => [site.input, buffer]));
    const room = Math.min(16, device.limits.maxStorageBuffersPerShaderStage);
    // Alike sizes together: a dispatch is as wide as its largest mask.
    const sorted = [...masks].sort((a, b) => b.blocks - a.blocks);
    this.#groups = Array.from({ length: Math.ceil(sorted.length / room) }, (_, i) => {
      const group = sorted.slice(i * room, (i + 1) * room);
      const uniform = uniformBuffer(device, 16 + 16 * group.length);
      const kernel = new Kernel(device, dropoutKernel(group.length), "dropout");
      const run = kernel.bind([uniform, ...group.map(({ buffer }) => buffer)]);
      const width = Math.min(mostGroups, Math.ceil((4 * group[0]!.blocks) / lanes));
      return { uniform, masks: group, run: (pass) => run(pass, width, group.length) };
    });
  }

  /** Writes the masks of a batch: a submit of its own, before the graph's. */
  fill(seed: number, step: number, batch: number): void {
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const { uniform, masks, run } of this.#groups) {
      const words = new Uint32Array(4 + 4 * masks.length);
      const floats = new Float32Array(words.buffer);
      words.set([seed, step]);
      masks.forEach(({ site, number, blocks }, k) => {
        const { limit, scale } = dropoutNumbers(site);
        words.set([blocks, dropoutStream(batch, number), limit], 4 + 4 * k);
        floats[7 + 4 * k] = scale;
      });
      write(this.#device, uniform, words);
      run(pass);
    }
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  dispose(): void {
    for (const { uniform } of this.#groups) uniform.destroy();
    for (const buffer of this.buffers.values()) buffer.destroy();
  }
}
