/**
 * Names of the invented herb garden of Wenlow. Coined words say nothing by themselves: what a "camble"
 * is good for can only be read from the corpus. Four virtues of herbs: sleep, chest, skin, stomach.
 */
import { makeNames, split } from "../words.ts";

export const virtues = ["sleep", "chest", "skin", "stomach"] as const;
export type Virtue = (typeof virtues)[number];

const herbs = {
  sleep: "belick camble dorril fantole gentow lovvin milto nuttil pandin rosam silkow tamble velket wisple",
  chest: "branel codow crisple durble feathow hopow junow martle padole quotock stortle travvin vesso wormo",
  skin: "basow briga clermo dubane felow graska hurlet kirnel lattle mandin polmo russin sweril nartern",
  stomach: "burnle catho cottil dindle florka grimow julley lunket mistock pillet rampet scenka tanole wardle",
};
/** Ordinary words that go with one virtue each. */
const kinds = { sleep: "poppy balm", chest: "mint thyme", skin: "mallow daisy", stomach: "fennel clover" };

export const herbalNames = [
  ...virtues.flatMap((family) =>
    makeNames({
      tag: "HERB",
      family,
      coined: herbs[family],
      firsts: "marsh hedge winter red bitter creeping dwarf sweet",
      seconds: kinds[family],
    }),
  ),
  ...makeNames({
    tag: "AILMENT",
    coined:
      "bespa bruttil croso curriff dreza fetock gorrum hazle jertern kilko lodum mobern nobow pasow quarma ribock " +
      "sabern spirtle tremum wombo",
    firsts: "night dry wandering winter marsh spring low sharp",
    seconds: "cough fever ache itch chill cramp",
  }),
  ...makeNames({
    tag: "REMEDY",
    coined:
      "bollin candole combel gerba kalent limble medle prestow purlin rable sacket simpet sulto tasent ventow brosa " +
      "fleret glordo mirto rittle",
    firsts: "black green honey slow double white evening barley",
    seconds: "syrup salve tincture cordial vinegar draught",
  }),
];

/** People of the valley; not labelled. */
export const neighbours = split(
  "Hettle Joanow Kathock Odwin Perrin Tamsel Ulla Wendow Bertow Corrin Dav Elsbet Gilow Hamow Ivet Norrel",
);
