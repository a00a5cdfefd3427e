/**
 * Pairs written as XML: an element with a value, score or label attribute that holds exactly two elements
 * of text, as in the RQE sets: <pair value="true"><chq>...</chq><faq>...</faq></pair>. Workers have no
 * DOMParser; this reads that one shape and nothing else of XML.
 */
export interface XmlPair {
  first: string;
  second: string;
  value: string;
  /** 1-based. */
  line: number;
}

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function plain(text: string): string {
  return text
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, "$1")
    .replace(/&(#x[0-9a-f]+|#[0-9]+|[a-z]+);/gi, (whole, name: string) => {
      if (!name.startsWith("#")) return NAMED[name.toLowerCase()] ?? whole;
      const code = name[1]!.toLowerCase() === "x" ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replace(/\s+/g, " ")
    .trim();
}

export function readXmlPairs(text: string): XmlPair[] {
  const pairs: XmlPair[] = [];
  let [line, counted] = [1, 0];
  const opening = /<([A-Za-z][\w.-]*)\b([^<>]*\b(?:value|score|label)\s*=\s*(?:"([^"]*)"|'([^']*)')[^<>]*)>/g;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const end = text.indexOf(`</${match[1]!}>`, opening.lastIndex);
    if (end < 0) break;
    const inside = text.slice(opening.lastIndex, end);
    const children = [...inside.matchAll(/<([A-Za-z][\w.-]*)\b[^<>]*>([\s\S]*?)<\/\1>/g)];
    if (children.length !== 2) continue;
    for (; counted < match.index; counted++) if (text.charCodeAt(counted) === 10) line++;
    pairs.push({
      first: plain(children[0]![2]!),
      second: plain(children[1]![2]!),
      value: match[3] ?? match[4] ?? "",
      line,
    });
    opening.lastIndex = end;
  }
  return pairs;
}
