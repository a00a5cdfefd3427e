/**
 * Sessions made before anyone asked for them. They are known by the very bytes of their graph, so that whoever takes
 * one gets what he would have made himself; there is no other key that could be wrong. Not run yet, a session holds its
 * graph and no buffers.
 */
import type { Ort } from "./ort.ts";
import type { PreparedGraphs } from "./types.ts";

type Create = (bytes: Uint8Array) => Promise<Ort.InferenceSession>;

export class PreparedSessions implements PreparedGraphs {
  readonly #create: Create;
  #kept: { bytes: Uint8Array; session: Ort.InferenceSession }[] = [];

  constructor(create: Create) {
    this.#create = create;
  }

  get count(): number {
    return this.#kept.length;
  }

  async add(bytes: Uint8Array): Promise<void> {
    if (this.#find(bytes) >= 0) return;
    this.#kept.push({ bytes, session: await this.#create(bytes) });
  }

  /** The one that lies ready, which is the caller's from now on; else a new one. */
  async open(bytes: Uint8Array): Promise<Ort.InferenceSession> {
    const at = this.#find(bytes);
    return at < 0 ? this.#create(bytes) : this.#kept.splice(at, 1)[0]!.session;
  }

  async release(): Promise<void> {
    const one = this.#kept.pop();
    if (one === undefined) return;
    try {
      await one.session.release();
    } finally {
      await this.release(); // one that cannot be let go keeps no other
    }
  }

  #find(wanted: Uint8Array): number {
    return this.#kept.findIndex(
      ({ bytes }) => bytes.length === wanted.length && bytes.every((byte, i) => byte === wanted[i]),
    );
  }
}
