export { decodeModel, encodeModel } from "./model.ts";
export { decodeTensorFile } from "./tensor.ts";
