/**
 * Models: configurations, weights and tokenizer files of BERT and its kin from wherever they lie, their
 * forward and training graphs, and their export. Knows no browser window, no device and no text.
 */
export { defaultHubHost, hubHosts } from "./hub-hosts.ts";
export { architectures, layerGroup, supportedArchitectures } from "./architectures/index.ts";
export { readConfig, writeConfig } from "./formats/config.ts";
export { storableTensors, toFloat16Bytes, toFloat32, type WeightTensor } from "./formats/floats.ts";
export type { CardFacts } from "./formats/model-card.ts";
export { openSafetensors, readSafetensors, writeSafetensors } from "./formats/safetensors.ts";
export type { RandomAccess, RawSource, RawTensor, SafetensorsFile, SafetensorsType } from "./formats/safetensors.ts";
export { completeTokenizerFiles } from "./formats/tokenizer-build.ts";
export { readSpecialTokens, tokenizerId } from "./formats/tokenizer-files.ts";
export { loadBundled, loadBundledTokenizer } from "./loading/bundled.ts";
export { loadFolder } from "./loading/folder.ts";
export { checkHubSource, type HubSource } from "./loading/hub-address.ts";
export { browserCache, clearHubCache, hubCacheName, memoryCache, type ByteCache } from "./loading/hub-cache.ts";
export {
  hubDatasetFiles,
  hubDatasetListing,
  type HubDatasetOptions,
  type HubFileSource,
} from "./loading/hub-dataset.ts";
export { hubSize, loadHub, loadHubTokenizer, type HubOptions } from "./loading/hub.ts";
export type { LoadedModel, TokenizerFiles } from "./loading/loaded-model.ts";
export { freshHeadNotice, modelNotices } from "./loading/notices.ts";
export { exportFolder, type ExportedFile } from "./export.ts";
export * from "./graphs/index.ts";
export * from "./make/index.ts";
export { parameterCount, type Head, type Parameter, type Part, type TaskHead } from "./parameter.ts";
export { adapterScale, isAdapter } from "./lora/adapters.ts";
export { adaptersAmong, mergeAdapters } from "./lora/merge.ts";
export { writeAdapter } from "./lora/peft.ts";
export { drawnNames, initialize, layoutOf, linearsOf, parametersOf } from "./parameters.ts";
export { inMemory, weightReader, type WeightReader } from "./weight-source.ts";
export { fromTensors, toTensors, type FromTensors, type NamedTensor } from "./state-dict.ts";
