/**
 * JSON that keeps every number: a run's best loss is Infinity before the first evaluation, and JSON
 * would make null of it. Inverse pair.
 */
const special: Record<string, number> = { NaN: Number.NaN, Infinity: Infinity, "-Infinity": -Infinity, "-0": -0 };
const mark = "$number";

export function metaToBytes(meta: unknown): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(meta, (_key, value: unknown) => {
    if (typeof value !== "number") return value;
    if (Object.is(value, -0)) return { [mark]: "-0" };
    return Number.isFinite(value) ? value : { [mark]: String(value) };
  });
  return new TextEncoder().encode(text);
}

export function metaFromBytes(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes), (_key, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    const name = (value as Record<string, unknown>)[mark];
    return typeof name === "string" && name in special ? special[name] : value;
  }) as unknown;
}
