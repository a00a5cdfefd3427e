/** Changes of a text: what stands at a place, and what comes instead. */
export interface Edit {
  start: number;
  end: number;
  to: string;
}

/** Edits must be in order and apart. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return text;
  let result = "";
  let from = 0;
  for (const { start, end, to } of edits) {
    result += text.slice(from, start) + to;
    from = end;
  }
  return result + text.slice(from);
}

/** An edit for every place of a global pattern for which `to` gives something else than undefined. */
export function editsOf(text: string, pattern: RegExp, to: (found: RegExpExecArray) => string | undefined): Edit[] {
  const edits: Edit[] = [];
  for (const found of text.matchAll(pattern)) {
    const instead = to(found);
    if (instead !== undefined && instead !== found[0])
      edits.push({ start: found.index, end: found.index + found[0].length, to: instead });
  }
  return edits;
}
