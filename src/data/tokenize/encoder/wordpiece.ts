/**
 * WordPiece: greedy longest match from the left, "##" before pieces inside a word; a word that does not
 * fit is one unknown token. Source: Hugging Face tokenizers' WordPiece; Schuster & Nakajima 2012.
 */
import { codePoints } from "./chars.ts";
import type { Model } from "./model.ts";
import { text, unsupported, type Json } from "./parts.ts";
import { Trie } from "./trie.ts";

/** @throws NotAccelerated */
export function wordPiece(config: Json, vocabulary: ReadonlyMap<string, number>): Model {
  const unknown = vocabulary.get(text(config, "unk_token", "[UNK]"));
  if (unknown === undefined) throw unsupported("model", "WordPiece without an unknown token");
  const longest = config["max_input_chars_per_word"];
  const maxChars = typeof longest === "number" ? longest : 100;
  const trie = new Trie(vocabulary);
  /** Where pieces inside a word begin: after the prefix. */
  let inside = Trie.root;
  for (const char of codePoints(text(config, "continuing_subword_prefix", "##")))
    if (inside >= 0) inside = trie.next(inside, char);

  return {
    segment(chars, start, end, out) {
      if (end - start > maxChars) return out.add(unknown, 0, end - start);
      const first = out.length;
      for (let from = start; from < end;) {
        let node = from === start ? Trie.root : inside;
        let id = -1;
        let to = from;
        for (let at = from; at < end && node >= 0;) {
          node = trie.next(node, chars[at++]!);
          if (node < 0) break;
          const ends = trie.idAt(node);
          if (ends < 0) continue;
          id = ends;
          to = at;
        }
        if (id < 0) {
          out.length = first;
          return out.add(unknown, 0, end - start);
        }
        out.add(id, from - start, to - start);
        from = to;
      }
    },
  };
}
