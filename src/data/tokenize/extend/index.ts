/** More pieces for a tokenizer: which words, and the file with them in it. */
export { extendTokenizer, openOwnEncoder, type ExtendedTokenizer } from "./extend.ts";
export { proposePieces, tokensOf, type ProposalOptions } from "./propose.ts";
