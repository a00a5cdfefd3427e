/** English function words, which say nothing about a field: pronouns, articles, auxiliaries, prepositions, conjunctions. */
const list = `
a about above across after again against all almost alone along already also although always am among amongst an and
another any anybody anyone anything anywhere are aren around as at away back be became because become becomes been
before behind being below beside besides between beyond both but by came can cannot could couldn did didn do does
doesn doing don done down during each either else enough etc even ever every everybody everyone everything everywhere
except few first for from further gave get gets getting give given gives go goes going gone got had hadn has hasn have
haven having he hence her here hers herself him himself his how however if in indeed instead into is isn it its itself
just keep kept last least less let like ll made make makes making many may maybe me might mightn mine more moreover
most mostly much must mustn my myself near nearly neither never nevertheless next no nobody none nor not nothing now
nowhere of off often on once one ones only onto or other others otherwise our ours ourselves out over own per perhaps
put quite rather re really s said same say says see seem seemed seems several shall she should shouldn since so some
somebody somehow someone something sometimes somewhere still such t take taken takes than that the their theirs them
themselves then there therefore these they thing things this those though three through throughout thus to together
too took toward towards two under unless until up upon us use used using ve very was wasn we well went were weren what
whatever when whenever where whereas wherever whether which while who whoever whole whom whose why will with within
without won would wouldn yet you your yours yourself yourselves
`;
export const stopWords: ReadonlySet<string> = new Set(list.trim().split(/\s+/));
