/**
 * Names of the invented deep-sea habitat Tidehollow. Coined words say nothing by themselves: what a
 * "coffet" is can only be read from the corpus. Four systems of machines: air, water, power, hull.
 */
import { makeNames, split } from "../words.ts";

export const systems = ["air", "water", "power", "hull"] as const;
export type System = (typeof systems)[number];

const places = "standby port starboard forward aft main lower upper";
const machines = {
  air: {
    coined: "barbole coffet flozil jarock lamow mirdle navvin pelket quarole strezil thirble gazzil brontle hesker",
    seconds: "fan vent blower",
  },
  water: {
    coined: "binket drolin cordow fettil kirdam lounda murtil nurlet pandow trople sarko tounder wedle yestern",
    seconds: "pump strainer valve",
  },
  power: {
    coined: "bundock curtole dathow felma gorler hindow kazzo lontil mortle nampet prottle russock stalmin virlus",
    seconds: "relay charger dynamo",
  },
  hull: {
    coined: "bosket clostle duntle fretha grember hilmo judow kathow lithil normle pirret scarro tremple vultil",
    seconds: "brace clamp winch",
  },
};

export const habitatNames = [
  ...systems.flatMap((family) =>
    makeNames({ tag: "MACHINE", family, before: "the ", firsts: places, ...machines[family] }),
  ),
  ...makeNames({
    tag: "FAULT",
    coined:
      "brigow civva cubock dalock figock gertle hurda jupock kildo mesple murmow nasta pockle rifta sculin spoma " +
      "tasow trouma vicket wompet",
    firsts: "seal salt edge cold deep white contact bearing",
    seconds: "creep rot squeal weep bloom chatter",
  }),
  ...makeNames({
    tag: "AREA",
    pairBefore: "the ",
    coined:
      "Domble Carlane Fulder Gardle Heathow Jordow Kenow Larmin Milow Parlock Rosper Serbane Talmin Thorna Villow " +
      "Walmo Hondam Scotow Nathow Leskin",
    firsts: "Lower Upper North South Long Wet Quiet Old",
    seconds: "Gallery Lock Store Workshop Ring Stair",
  }),
  ...makeNames({
    tag: "FLUID",
    coined:
      "bomel clovin culka diffo falket glevey hastow julto kalma limock multane nobam paspa purrow rebock simbo " +
      "stimole turmo vardo wiltil",
    firsts: "grey amber thin heavy winter lamp pale yellow",
    seconds: "oil grease sealant paste wash gel",
  }),
];

/** People are not labelled: they are there to be told apart from the rest. */
export const crew = split(
  "Becka Bertam Dornam Gregow Joanet Kathle Remby Wilby Hamet Ragil Nattil Sidow Pistow Mandle Fenner Osk",
);
