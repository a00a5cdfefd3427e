/** The screens, a folder a step of the journey, and the shell around them. Knows state and charts, no workers. */
import "./design/tokens.css";
import "./design/base.css";

export { default as Shell } from "./shell/Shell.svelte";
