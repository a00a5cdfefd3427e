/** What ONNX Runtime's shaders say of themselves: which one it is, its settings' layout, and what it does with its buffers. */

export type Settings = Readonly<Record<string, readonly number[]>>;

/** FNV-1a of what a shader computes: without extensions that it asks for and the rank of shapes that it does not use. */
export function hashOf(text: string): string {
  const said = text.replace(/^enable .*\n|^.*@builtin\(subgroup_.*\n|^alias \w+_indices_t = .*\n/gm, "");
  let hash = 0x811c9dc5;
  for (let i = 0; i < said.length; i++) hash = Math.imul(hash ^ said.charCodeAt(i), 0x01000193) >>> 0;
  return `${hash.toString(16)}-${said.length}`;
}

/** The values of `struct Uniforms`, by WGSL's layout of 32-bit numbers and vectors of them. */
export function readSettings(text: string, bytes: Uint8Array): Settings {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const settings: Record<string, number[]> = {};
  let at = 0;
  const fields = /struct Uniforms \{([^}]*)\}/.exec(text)?.[1] ?? "";
  for (const [, name, width = "1", type] of fields.matchAll(/(\w+): (?:vec(\d)<)?([uif]32)/g)) {
    const align = width === "1" ? 4 : width === "2" ? 8 : 16;
    at = Math.ceil(at / align) * align;
    settings[name!] = Array.from({ length: Number(width) }, (_, i) =>
      type === "f32" ? view.getFloat32(at + 4 * i, true) : view.getUint32(at + 4 * i, true),
    );
    at += 4 * Number(width);
  }
  return settings;
}

/** Of each storage buffer, in the order of bindings: whether the shader reads what lies in it, or only writes. */
export function accessOf(text: string): { reads: boolean }[] {
  const declaration = /@binding\((\d+)\) var<storage, (read|read_write)> (\w+): .*;/g;
  const body = text.replace(declaration, "");
  return [...text.matchAll(declaration)]
    .sort(([, a], [, b]) => Number(a) - Number(b))
    .map(([, , access, name]) => {
      const uses = [...body.matchAll(new RegExp(`(^|[;{}])?(\\s*)(?<![.\\w])${name}\\b(\\[.*?\\]\\s*=(?!=))?`, "gm"))];
      const reads =
        access === "read" || uses.some(([, begins, , stored]) => begins === undefined || stored === undefined);
      return { reads };
    });
}
