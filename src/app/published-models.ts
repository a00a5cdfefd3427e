/** Which of the bundled models were published with this page: the build looks (scripts/vite/bundled-models.mjs). */
import { bundledModels, bundledSizes } from "../contract/index.ts";

declare const __UNMASK_MODELS__: readonly string[];

export const publishedSizes = bundledSizes.filter((size) => __UNMASK_MODELS__.includes(bundledModels[size].folder));
