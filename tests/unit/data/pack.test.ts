import { describe, expect, it } from "vitest";
import { blockLengths, packBlocks, packConcatenated, packLines, type TokenStream } from "../../../src/data/index.ts";
import { special } from "../../support/tiny-bert.ts";

/** Documents of the given lengths, special tokens included; pieces count up from 10. */
function stream(...lengths: number[]): TokenStream {
  const tokens: number[] = [];
  const documents = [0];
  let next = 10;
  for (const length of lengths) {
    tokens.push(special.start);
    for (let i = 0; i < length - 2; i++) tokens.push(next++);
    tokens.push(special.end);
    documents.push(tokens.length);
  }
  return { tokens: Int32Array.from(tokens), documents: Uint32Array.from(documents) };
}
const ids = (block: { ids: Int32Array }): number[] => [...block.ids];

describe("joined documents (run_mlm's group_texts)", () => {
  const blocks = packConcatenated(stream(5, 4, 9), 8); // 18 tokens: two blocks, two left over
  it("cuts the joined stream every T tokens and drops the rest, counted", () => {
    expect(blocks.count).toBe(2);
    expect(ids(blocks.block(0))).toEqual([2, 10, 11, 12, 3, 2, 13, 14]);
    expect(ids(blocks.block(1))).toEqual([3, 2, 15, 16, 17, 18, 19, 20]);
    expect(blocks).toMatchObject({ droppedTokens: 2, paddingTokens: 0, padded: false, documents: 3 });
    expect(blocks.notices).toEqual(["The last 2 of 18 tokens do not fill a block and are left out."]);
  });
  it("knows which documents a block comes from", () => {
    expect(blocks.documentsOf(0)).toEqual({ first: 0, last: 1 });
    expect(blocks.documentsOf(1)).toEqual({ first: 1, last: 2 });
  });
  it("makes blocks from the stream on the fly, also from 16-bit ids", () => {
    const { tokens, documents } = stream(5, 4, 9);
    const narrow = packConcatenated({ tokens: Uint16Array.from(tokens), documents }, 8);
    const target = new Int32Array(20).fill(-1);
    expect(narrow.copy(1, target, 10)).toBe(8);
    expect([...target.subarray(9)]).toEqual([-1, 3, 2, 15, 16, 17, 18, 19, 20, -1, -1]);
  });
  it("an exact fit leaves nothing over", () => {
    expect(packConcatenated(stream(8, 8), 16)).toMatchObject({ count: 1, droppedTokens: 0, notices: [] });
  });
});

describe("one document a block", () => {
  const blocks = packLines(stream(5, 12, 8), 8, special);
  it("cuts and pads, keeps the end token, counts both", () => {
    expect(ids(blocks.block(0))).toEqual([2, 10, 11, 12, 3, 0, 0, 0]);
    expect(ids(blocks.block(1))).toEqual([2, 13, 14, 15, 16, 17, 18, 3]);
    expect(ids(blocks.block(2))).toEqual([2, 23, 24, 25, 26, 27, 28, 3]);
    expect([0, 1, 2].map((i) => blocks.block(i).length)).toEqual([5, 8, 8]);
    expect(blocks).toMatchObject({ count: 3, truncatedTokens: 4, paddingTokens: 3, padded: true });
    expect(blocks.notices).toEqual(["1 of 3 documents are longer than 8 tokens; 4 tokens were cut off."]);
    expect(blocks.documentsOf(1)).toEqual({ first: 1, last: 1 });
  });
  it("overwrites what was in the target", () => {
    const target = new Int32Array(8).fill(99);
    blocks.copy(0, target, 0);
    expect([...target]).toEqual([2, 10, 11, 12, 3, 0, 0, 0]);
  });
  it("says when most places are padding", () => {
    expect(packLines(stream(5, 5), 64, special).notices[0]).toContain("92 %");
  });
});

describe("a corpus shorter than one block", () => {
  const recipe = { packing: "concatenate", blockLength: 128 } as const;
  it("is an error with the numbers and a block length that would do", () => {
    const failing = (): unknown => packBlocks(stream(50), recipe, special);
    expect(failing).toThrow(
      expect.objectContaining({ code: "data/corpus-too-short", details: { tokens: 50, blockLength: 128 } }),
    );
    expect(failing).toThrow(expect.objectContaining({ hint: expect.stringContaining("48 or less") as string }));
    expect(packBlocks(stream(50), { ...recipe, blockLength: 48 }, special).count).toBe(1);
  });
  it("below the shortest block only more text helps", () => {
    expect(() => packBlocks(stream(7), recipe, special)).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^Add more text/) as string }),
    );
  });
  it("held-out text that short becomes one padded block, and says so", () => {
    const blocks = packBlocks(stream(5), { packing: "concatenate", blockLength: 8 }, special, "heldOut");
    expect(blocks).toMatchObject({ count: 1, padded: true, paddingTokens: 3 });
    expect(blocks.block(0)).toMatchObject({ ids: Int32Array.from([2, 10, 11, 12, 3, 0, 0, 0]), length: 5 });
    expect(blocks.documentsOf(0)).toEqual({ first: 0, last: 0 });
    expect(blocks.notices[0]).toContain("only 5 tokens");
  });
  it("no held-out text at all", () => {
    const none = { tokens: new Int32Array(0), documents: Uint32Array.from([0]) };
    expect(() => packBlocks(none, recipe, special, "heldOut")).toThrow(
      expect.objectContaining({ code: "data/no-held-out" }),
    );
  });
});

describe("closed document borders", () => {
  it("mark the document of each place, and ask for a mask that keeps them apart", () => {
    const blocks = packConcatenated(stream(5, 4, 9), 8, "error", "closed");
    expect(blocks).toMatchObject({ padded: "documents", restarts: false });
    const target = new Int32Array(9).fill(9);
    blocks.mark(0, target, 1);
    expect([...target]).toEqual([9, 0, 0, 0, 0, 0, 1, 1, 1]);
    blocks.mark(1, target, 0);
    expect([...target].slice(0, 8)).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
  });
  it("padding is nobody's document", () => {
    const recipe = { packing: "concatenate", blockLength: 8, documentBorders: "restart" } as const;
    const blocks = packBlocks(stream(3, 3), recipe, special, "heldOut");
    const target = new Int32Array(8);
    blocks.mark(0, target, 0);
    expect([...target]).toEqual([0, 0, 0, 1, 1, 1, -1, -1]);
    expect(blocks.restarts).toBe(true);
  });
});

describe("choosing a block length", () => {
  const lengths = Uint32Array.of(10, 20, 30, 40, 300);
  const useAt = (curve: ReturnType<typeof blockLengths>, T: number) =>
    curve.uses.find(({ blockLength }) => blockLength === T);
  it("one document a block: what is cut off, what is padded", () => {
    const curve = blockLengths(lengths, "lines", 100, 256);
    expect(curve).toMatchObject({ documents: 5, tokens: 400, medianTokens: 30, longestTokens: 300 });
    expect(curve.uses.map(({ blockLength }) => blockLength)).toEqual([16, 32, 48, 64, 96, 100, 128, 192, 256]);
    expect(useAt(curve, 32)).toEqual({
      blockLength: 32,
      blocks: 5,
      lostTokens: 8 + 268,
      paddingPlaces: 22 + 12 + 2,
      lostShare: 276 / 400,
      paddingShare: 36 / 160,
      tornShare: 2 / 5,
    });
    expect(curve.suggested).toBe(256); // even the longest cuts off 11 %
    expect(blockLengths(lengths, "lines", 128, 512).suggested).toBe(320);
  });
  it("equals what packing itself counts", () => {
    const docs = [10, 20, 30, 40, 300];
    for (const packing of ["lines", "concatenate"] as const)
      for (const { blockLength, blocks, lostTokens, paddingPlaces } of blockLengths(lengths, packing, 64, 256).uses) {
        const packed = packBlocks(stream(...docs), { packing, blockLength }, special);
        expect(packed.count).toBe(blocks);
        expect(packed.droppedTokens + packed.truncatedTokens).toBe(lostTokens);
        expect(packed.paddingTokens).toBe(paddingPlaces);
      }
  });
  it("joined documents: which are torn, what is left over", () => {
    const curve = blockLengths(lengths, "concatenate", 64, 256);
    // Documents lie at 0-10-30-60-100-400; borders at 48, 96 ... tear the third, fourth and last.
    expect(useAt(curve, 48)).toMatchObject({ blocks: 8, lostTokens: 16, tornShare: 3 / 5 });
    expect(useAt(curve, 64)).toMatchObject({ blocks: 6, lostTokens: 16, tornShare: 2 / 5 });
    expect(curve.suggested).toBe(64);
  });
  it("no document at all", () => {
    expect(blockLengths(new Uint32Array(0), "lines", 64, 128)).toMatchObject({ documents: 0, medianTokens: 0 });
  });
});
