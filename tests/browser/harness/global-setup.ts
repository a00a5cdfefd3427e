/** Before the first browser test: builds the test pages. */
import { buildPages } from "./build.ts";

export default buildPages;
