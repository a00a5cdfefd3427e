/**
 * Pairs of remarks in the crew's own language, without names: 5 for the same fact in other words, 2 for
 * another fact of the same system, 0 for another system. Three wordings a fact.
 */
import type { System } from "./words.ts";

export const remarks: Record<System, string[][]> = {
  air: [
    ["The filter is choked with lint.", "Dust has clogged the pads.", "No wonder, with so much fluff in the filter."],
    ["The draught in the bunks has died.", "No air moves where we sleep.", "It is stuffy in bed without the fans."],
    ["Carbon dioxide is creeping up.", "The air grows thicker by the hour.", "There is less oxygen than an hour ago."],
    ["The scrubber beads are spent.", "Fresh beads are due in the scrubber bed.", "Change the scrubber bed soon."],
    ["A scarf was sucked into the intake.", "The grille has swallowed a sock.", "Some cloth is stuck in the intake."],
    ["It smells of old socks by the duct.", "A stale smell comes out of the shaft.", "The duct stinks of wet boots."],
    [
      "Wear a mask and take slow breaths.",
      "Breathe through the nose until the vents open.",
      "Slow breaths, and keep your mask on.",
    ],
  ],
  water: [
    ["The tap only coughs.", "Nothing but a gurgle when you turn the tap.", "All taps ran dry."],
    [
      "A pipe has burst and the floor is wet.",
      "There is a puddle under the leaking pipe.",
      "The joint drips and we have wet feet.",
    ],
    [
      "The tank is full to the brim.",
      "No more water fits in the tank.",
      "Close the hose, the tank is about to run over.",
    ],
    ["Salt has clogged the membrane.", "The membrane is white with scale.", "Rinse the salt off the membrane."],
    ["Showers are rationed.", "Nobody may wash until the pressure is back.", "No laundry while the pressure is low."],
    ["The drain is blocked with hair.", "Hair stops the water from running off.", "Pull the hair out of the drain."],
    ["The bilge must be emptied.", "Pump the bilge dry.", "There is far too much water in the bilge."],
  ],
  power: [
    ["A fuse has blown and it is dark.", "The lamps went out with the fuse.", "We sit in the dark because of a fuse."],
    ["The battery needs charging.", "There is hardly any charge left.", "The batteries are nearly flat."],
    ["The cable is hot to the touch.", "You could warm your hands on that wire.", "That wiring is far too warm."],
    [
      "The breaker trips when the ovens are on.",
      "Switch on the ovens and the breaker drops out.",
      "Too much load for the breaker.",
    ],
    [
      "The voltage is unsteady and the lights flicker.",
      "The lamps dim because the voltage sags.",
      "The lights dance with the volts.",
    ],
    [
      "He got a shock from the terminals.",
      "The terminals are live, so wear gloves.",
      "Rubber gloves, or the current will bite.",
    ],
    ["Sparks flew from the wiring.", "The wires gave off a blue spark.", "There was a spark behind the switch."],
  ],
  hull: [
    ["A rivet has sheared off.", "One of the rivets is broken.", "We are a rivet short."],
    ["The plate is bowed by the pressure.", "The sea has pushed the plate inwards.", "There is a dent in the plate."],
    [
      "The frame groans when the tide turns.",
      "With every tide the frame creaks.",
      "You can hear the frame at the turn of the tide.",
    ],
    ["Mussels cover the outer wall.", "The outside is crusted with barnacles.", "Divers must scrape the wall again."],
    ["The weld has cracked.", "There is a split along the weld.", "Grind the weld and lay it again."],
    ["Tighten the bolts on the hatch.", "The hatch bolts are loose.", "A quarter turn on every bolt of the hatch."],
    ["Rust has eaten into the steel.", "The steel is brown with rust.", "File the rust away down to bright steel."],
  ],
};
