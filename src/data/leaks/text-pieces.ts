/** A text cut into what is shared and what is not, shortened to the surroundings of what is shared. Pure. */
import type { TextPiece } from "../../contract/index.ts";

/** Characters shown before and after a shared stretch. */
const around = 160;
/** The most that is shown of one text. */
const mostCharacters = 1500;

/** @param spans [from, to) in characters, in any order; they may touch and overlap */
export function textPieces(text: string, spans: readonly (readonly [number, number])[]): TextPiece[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    // Two stretches with nothing but a blank or a mark between them are one to the eye.
    if (last !== undefined && from <= last[1] + 2) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  const pieces: TextPiece[] = [];
  let shown = 0;
  let at = 0;
  const plain = (to: number): void => {
    const between = text.slice(at, to);
    if (between === "") return;
    const leading = pieces.length > 0 ? between.slice(0, around) : "";
    const trailing = to < text.length || merged.length === 0 ? between.slice(-around) : "";
    const cut = between.length > leading.length + trailing.length;
    pieces.push({ text: cut ? `${leading} … ${trailing}`.trimStart() : between, shared: false });
    shown += Math.min(between.length, leading.length + trailing.length);
  };
  for (const [from, to] of merged) {
    if (shown > mostCharacters) break;
    plain(from);
    const stretch = text.slice(from, to);
    const most = Math.max(around, mostCharacters - shown);
    pieces.push({ text: stretch.length > most ? `${stretch.slice(0, most)} …` : stretch, shared: true });
    shown += Math.min(stretch.length, most);
    at = to;
  }
  if (at < text.length) plain(text.length);
  return pieces;
}
