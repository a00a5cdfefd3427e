/** The part of fflate that reading needs, in a file of its own, so that it is fetched with the first archive. */
export { Gunzip, Inflate } from "fflate";
