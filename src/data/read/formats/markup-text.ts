/**
 * Events of an HTML or XML parser to running text: blocks become paragraphs, blanks are joined, what nobody reads
 * (scripts, styles) is left out. Knows no format; says where a file is too deep to go on.
 */
import { UnmaskError } from "../../../base/index.ts";

export interface MarkupRules {
  /** Elements that stand as paragraphs of their own. */
  blocks: ReadonlySet<string>;
  /** Elements that end a line. */
  breaks: ReadonlySet<string>;
  /** Elements whose content is no text. */
  hidden: ReadonlySet<string>;
  /** Elements that keep their line breaks. */
  verbatim: ReadonlySet<string>;
}

export class MarkupText {
  readonly #rules: MarkupRules;
  readonly #maxDepth: number;
  #parts: string[] = [];
  /** What stands between the last text and the next: nothing, a blank, a line, a paragraph. */
  #gap: 0 | 1 | 2 | 3 = 0;
  #begun = false;
  #hidden = 0;
  #verbatim = 0;
  #depth = 0;

  constructor(rules: MarkupRules, maxDepth: number) {
    this.#rules = rules;
    this.#maxDepth = maxDepth;
  }

  open(name: string): void {
    if (++this.#depth > this.#maxDepth)
      throw new UnmaskError(
        "data/too-deep",
        `Elements may lie ${this.#maxDepth} deep in one another; here they lie deeper. The rest was left out.`,
        "Save the text in another format, such as .txt.",
      );
    if (this.#rules.hidden.has(name)) this.#hidden++;
    if (this.#rules.verbatim.has(name)) this.#verbatim++;
    if (this.#rules.blocks.has(name)) this.gap(3);
    else if (this.#rules.breaks.has(name)) this.gap(2);
  }

  close(name: string): void {
    this.#depth--;
    if (this.#rules.hidden.has(name)) this.#hidden--;
    if (this.#rules.verbatim.has(name)) this.#verbatim--;
    if (this.#rules.blocks.has(name)) this.gap(3);
  }

  gap(size: 1 | 2 | 3): void {
    if (size > this.#gap) this.#gap = size;
  }

  text(text: string): void {
    if (this.#hidden > 0 || text === "") return;
    if (this.#verbatim > 0) {
      this.#put(text.replace(/\n{2,}/g, "\n"));
      return;
    }
    // Parsers give text in pieces: blanks at the ends of one are remembered, not written.
    const words = text.replace(/[\s\u00a0]+/g, " ");
    if (words.startsWith(" ")) this.gap(1);
    const inner = words.trim();
    if (inner === "") return;
    this.#put(inner);
    if (words.endsWith(" ")) this.gap(1);
  }

  #put(text: string): void {
    if (this.#begun) this.#parts.push(["", " ", "\n", "\n\n"][this.#gap]!);
    this.#parts.push(text);
    this.#begun = true;
    this.#gap = 0;
  }

  /** The text since the last call. */
  take(): string {
    const text = this.#parts.join("");
    this.#parts = [];
    return text;
  }
}
