/** The three databases: apart, so that clearing corpora can never touch a checkpoint. */
import { openStore } from "./database.ts";

export const checkpointStore = openStore("unmask-checkpoints");
/** Corpora and their token streams. */
export const corpusStore = openStore("unmask-corpora");
/** Small ones: labelled sets, projects. */
export const recordStore = openStore("unmask-records");
