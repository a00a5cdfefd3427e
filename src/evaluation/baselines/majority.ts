/** The commonest training label for every item: what a score is worth without reading the text. */
export function majorityLabel(labels: Iterable<string>): string | undefined {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  // Equal counts: the first in alphabetical order, so that the answer does not hang on the file's order.
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0];
}
