/** The part of fzstd that reading needs, fetched with the first .zst file. */
export { Decompress } from "fzstd";
