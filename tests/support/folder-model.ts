/** The tiny model of a family as transformers saved it, opened as a dropped folder is; each once. */
import { loadFolder, type LoadedModel } from "../../src/models/index.ts";
import { readFixture } from "./fixture.ts";

const files = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
const opened = new Map<string, Promise<LoadedModel>>();

/** @param folder under tests/fixtures/folders */
export function folderModel(folder: string): Promise<LoadedModel> {
  const known = opened.get(folder);
  if (known !== undefined) return known;
  const read = (name: string): File =>
    new File([readFixture(`fixtures/folders/${folder}/${name}`) as Uint8Array<ArrayBuffer>], name);
  const model = loadFolder(files.map(read), () => undefined);
  opened.set(folder, model);
  return model;
}
