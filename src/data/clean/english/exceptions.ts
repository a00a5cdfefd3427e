/**
 * Strings that English word splitting treats as a whole: contractions ("don't" is do + n't), times, abbreviations,
 * emoticons. The rules follow spaCy 3.8's English (MIT), which datatrove uses, so that its words are our words.
 */
type Exceptions = Map<string, readonly string[]>;

const list = (text: string): string[] => text.trim().split(/\s+/);
const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const bothCases = (words: string): string[] => list(words).flatMap((word) => [word, title(word)]);

/** Words that would lose a letter if "ll", "d", "re", "s" were cut off without an apostrophe. */
const notContractions = list("Ill ill Its its Hell hell Shell shell Shed shed were Were Well well Whore whore");
const months = "Jan. Feb. Mar. Apr. Jun. Jul. Aug. Sep. Sept. Oct. Nov. Dec.";
const states = `Ak. Ala. Ariz. Ark. Calif. Colo. Conn. Del. Fla. Ga. Ia. Id. Ill. Ind. Kan. Kans. Ky. La. Mass. Mich. Minn.
  Miss. N.C. N.D. N.H. N.J. N.M. N.Y. Neb. Nebr. Nev. Okla. Ore. Pa. S.C. Tenn. Va. Wash. Wis. Md. Mo. Mont. D.C.`;
const titles = `Mt. Adm. Bros. co. Co. Corp. Dr. Gen. Gov. Inc. Jr. Ltd. Messrs. Mr. Mrs. Ms. Ph.D. Prof. Rep. Rev. Sen. St.`;
const latin = "a.m. p.m. e.g. E.g. E.G. i.e. I.e. I.E. vs. v.s.";
const clipped = `'S 's \u2018S \u2018s and/or w/o 're 'Cause 'cause 'cos 'Cos 'coz 'Coz 'cuz 'Cuz 'bout ma'am Ma'am o'clock O'clock
  lovin' Lovin' lovin Lovin havin' Havin' havin Havin doin' Doin' doin Doin goin' Goin' goin Goin nothin nothin' Nothin Nothin'
  nuthin nuthin' Nuthin Nuthin' ol ol' Ol Ol' somethin somethin' Somethin Somethin' em 'em ll 'll nuff 'nuff 'd`;
const signs = `' \\") <space> '' C++ \\t \\n \u2014 ä. ö. ü.`;
const emoticons = `:) :-) :)) :-)) :))) :-))) (: (-: =) (= :] :-] [: [-: [= =] :o) (o: :} :-} 8) 8-) (-8 ;) ;-) (; (-; :( :-( :(( :-((
  :((( :-((( ): )-: =( >:( :') :'-) :'( :'-( :/ :-/ =/ =| :| :-| ]= =[ :1 :P :-P :p :-p :O :-O :o :-o :0 :-0 :() >:o :* :-* :3 :-3
  =3 :> :-> :X :-X :x :-x :D :-D ;D ;-D =D xD XD xDD XDD 8D 8-D ^_^ ^__^ ^___^ >.< >.> <.< ._. ;_; -_- -__- v.v V.V v_v V_V o_o
  o_O O_o O_O 0_o o_0 0_0 o.O O.o O.O o.o 0.0 o.0 0.o @_@ <3 <33 <333 </3 (^_^) (-_-) (._.) (>_<) (*_*) (¬_¬) ಠ_ಠ ಠ︵ಠ (ಠ_ಠ)
  ¯\\(ツ)/¯ (╯°□°）╯︵┻━┻ ><(((*>`;

/** "they" + "'ll" + "'ve", and the same without apostrophes. */
function contract(into: Exceptions, word: string, ...endings: string[]): void {
  into.set([word, ...endings].join(""), [word, ...endings]);
  const bare = endings.map((ending) => (ending === "n't" ? "nt" : ending.replace("'", "")));
  into.set([word, ...bare].join(""), [word, ...bare]);
}

export function englishExceptions(): Exceptions {
  const all: Exceptions = new Map();
  const whole = (text: string): void => list(text).forEach((word) => all.set(word, [word]));
  [signs, emoticons].forEach(whole);
  for (const letter of "abcdefghijklmnopqrstuvwxyz") whole(`${letter}.`);
  for (const unit of "cfkCFK") all.set(`°${unit}.`, ["°", unit, "."]);

  for (const word of bothCases("i")) {
    contract(all, word, "'m");
    all.set(`${word}'ma`, [word, "'m", "a"]);
    all.set(`${word}ma`, [word, "m", "a"]);
  }
  const persons = bothCases("i you he she it we they");
  const asking = bothCases("who what when where why how there that this these those");
  for (const word of [...persons, ...asking])
    for (const endings of [["'ll"], ["'ll", "'ve"], ["'d"], ["'d", "'ve"]]) contract(all, word, ...endings);
  for (const word of [...bothCases("i you we they who what when where why how there these those")])
    contract(all, word, "'ve");
  for (const word of bothCases("you we they who what when where why how there these those")) contract(all, word, "'re");
  for (const word of bothCases("he she it who what when where why how there that this")) contract(all, word, "'s");
  const verbs = bothCases("ca could do does did had may might must need ought sha should wo would");
  for (const word of verbs) {
    contract(all, word, "n't");
    contract(all, word, "n't", "'ve");
  }
  for (const word of bothCases("could might must should would")) contract(all, word, "'ve");
  for (const word of bothCases("ai are is was were have has dare")) contract(all, word, "n't");
  [clipped, months, states, titles, latin].forEach(whole);
  for (let hour = 1; hour <= 12; hour++)
    for (const half of ["a.m.", "am", "p.m.", "pm"]) all.set(`${hour}${half}`, [String(hour), half]);
  for (const parts of [
    "y' all",
    "y all",
    "let 's",
    "Let 's",
    "c'm on",
    "C'm on",
    "gon na",
    "Gon na",
    "got ta",
    "Got ta",
    "can not",
  ])
    all.set(parts.replace(" ", ""), parts.split(" "));
  for (const parts of ["Can not", "not 've", "Not 've", "not ve", "Not ve", "how 'd 'y", "How 'd 'y"])
    all.set(parts.replaceAll(" ", ""), parts.split(" "));
  for (const word of notContractions) all.delete(word);
  const curly = (word: string): string => word.replaceAll("'", "\u2019");
  for (const [text, words] of [...all]) if (text.includes("'")) all.set(curly(text), words.map(curly));
  return all;
}
