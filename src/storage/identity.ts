/** Ids of stored things: time first, so that they sort by age and a sweep can tell old from new. */

/** "lq3k2v1c-9f2ab4c81d3e": 36-based milliseconds, then 48 random bits (crypto.randomUUID needs https). */
export function newId(now = Date.now()): string {
  const noise = crypto.getRandomValues(new Uint8Array(6));
  return `${now.toString(36)}-${Array.from(noise, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Milliseconds since 1970 at which an id was made; 0 for ids of another make. */
export function idTime(id: string): number {
  const time = /^([0-9a-z]{6,10})-[0-9a-f]{12}$/.exec(id)?.[1];
  return time === undefined ? 0 : Number.parseInt(time, 36);
}
