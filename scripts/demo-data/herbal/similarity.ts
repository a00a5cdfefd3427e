/**
 * Pairs of complaints in everyday words: 5 for the same complaint put differently, 2 for another one of
 * the same sort, 0 for another sort. Three wordings a complaint. The herbal's own language has little to
 * do with them: adaptation is built not to help here.
 */
import type { Virtue } from "./words.ts";

export const complaints: Record<Virtue, string[][]> = {
  sleep: [
    ["She lies awake until dawn.", "He cannot close his eyes before morning.", "Once more she lay awake all night."],
    ["Nightmares trouble the child.", "The boy has bad dreams.", "Bad dreams wake my child."],
    ["I have not slept for three days.", "It is the third night without rest.", "She has not slept since Sunday."],
    ["He yawned through the sermon.", "She nodded off over her work.", "He nodded off at his desk and yawned."],
    ["He talks while he is dreaming.", "She chatters in her sleep.", "He talks and talks in his sleep."],
    ["The baby would not settle.", "All night the infant was restless.", "The baby was restless until four."],
    ["His snoring shakes the house.", "She snores like a bear.", "He snores, and nobody else can rest."],
  ],
  chest: [
    ["She gasps on the stairs.", "He is out of breath on the hill.", "Two stairs, and he is out of breath."],
    ["The singer has lost her voice.", "He is too hoarse to sing.", "Her voice is gone, she cannot sing."],
    ["A cough keeps shaking him.", "She coughs without end.", "All day he coughs like a dog."],
    ["His nose is blocked.", "She sniffs all day long.", "Her nose is blocked and she sniffs."],
    ["It hurts to swallow.", "The throat is sore.", "My throat hurts at every bite."],
    ["His ribs ache when he laughs.", "Laughing gives her a pain in the side.", "It hurts my ribs to laugh."],
    [
      "There is a rattle when he breathes.",
      "You can hear her whistle with every breath.",
      "He breathes with a whistle and a rattle.",
    ],
  ],
  skin: [
    ["The iron has burned me.", "I touched the hot stove.", "A hot pan burned my hand."],
    ["Red spots have come up on her arm.", "A rash spread below the elbow.", "Her arm is covered with a red rash."],
    ["His fingers are chapped from the cold.", "Frost has cracked her hands.", "The cold has cracked his hands."],
    ["A wasp got her.", "There is a sting on the cheek.", "A wasp stung me on the cheek."],
    ["He fell and scraped his knee.", "The gravel took the skin off her leg.", "Her knee is scraped and bloody."],
    ["Something hard grows on my thumb.", "He has a wart on one finger.", "An ugly wart grows on her hand."],
    ["I stayed in the sun too long.", "Her shoulders are scorched.", "The sun has scorched his neck red."],
  ],
  stomach: [
    ["The goose lies heavy.", "She ate too much of the roast.", "I ate too much goose."],
    ["He has the hiccups.", "That jumping in her throat will not stop.", "Her hiccups will not stop."],
    ["Beans have blown him up.", "Her belt is too tight after the cabbage.", "After the beans my belt is too tight."],
    ["She feels ill in the coach.", "Travelling turns his insides.", "Every coach makes her ill."],
    ["He leaves his plate untouched.", "She does not want to eat.", "He does not want his plate."],
    ["She threw up the fish.", "He could not keep his dinner.", "The fish would not stay down, she threw up."],
    ["Fat meat does not agree with her.", "He cannot stand bacon.", "Bacon and fat meat make me suffer."],
  ],
};
