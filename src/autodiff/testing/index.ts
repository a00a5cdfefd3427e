/** The float64 reference, for tests only: production code must not import it. */
export { checkGradients, type WorstElement } from "./check-gradients.ts";
export { interpret, kernels } from "./interpreter.ts";
export { toTensor, type Feed, type Tensor } from "./tensor.ts";
