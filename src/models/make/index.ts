/** Models made of others: deeper, or with more pieces. */
export { extendRows } from "./extend-rows.ts";
export { growModel, type GrownModel } from "./grow.ts";
