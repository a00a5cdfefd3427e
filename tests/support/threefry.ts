/** Dropout masks as one reads them in src/runtime/dropout.ts, in plain loops: what the kernels are compared with. */
import { dropoutNumbers, dropoutStream } from "../../src/runtime/dropout.ts";

/** Threefry-2x32 with so many rounds (Salmon et al. 2011). Itself compared with Random123's published vectors. */
export function threefry(rounds: number, counter: [number, number], key: [number, number]): [number, number] {
  const keys = [key[0], key[1], key[0] ^ key[1] ^ 0x1bd11bda];
  let [a, b] = [(counter[0] + key[0]) | 0, (counter[1] + key[1]) | 0];
  const turns = [13, 15, 26, 6, 17, 29, 16, 24];
  for (let round = 0; round < rounds; round++) {
    const turn = turns[round % 8]!;
    a = (a + b) | 0;
    b = ((b << turn) | (b >>> (32 - turn))) ^ a;
    if (round % 4 !== 3) continue;
    const count = (round + 1) / 4;
    a = (a + keys[count % 3]!) | 0;
    b = (b + keys[(count + 1) % 3]! + count) | 0;
  }
  return [a >>> 0, b >>> 0];
}

export interface MaskName {
  seed: number;
  step: number;
  batch: number;
  site: number;
}

/** A mask of `size` values: 0 or the inverse of the share that is kept. */
export function plainMask(size: number, keep: number, { seed, step, batch, site }: MaskName): Float32Array {
  const { limit, scale } = dropoutNumbers({ keep });
  const stream = dropoutStream(batch, site);
  return Float32Array.from({ length: size }, (_, place) => {
    const [block, inside] = [place >> 4, place & 15];
    const words = threefry(13, [4 * block + (inside & 3), stream], [seed, step]);
    const number = inside >> 2; // 0 to 3: word 0 low, high, word 1 low, high
    const sixteen = (words[number >> 1]! >>> (16 * (number & 1))) & 0xffff;
    return sixteen < limit ? scale : 0;
  });
}
