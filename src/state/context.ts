/** How components reach the state: a typed context, set once by the app. */
import { createContext } from "svelte";
import type { AppState } from "./app.svelte.ts";

const [get, set] = createContext<AppState>();
export const useApp = get;
export const provideApp = set;
