/** Entry point of the page: the service worker first, because the page reloads once for it; then the screens. */
import { mount } from "svelte";
import App from "./App.svelte";
import NewVersion from "./NewVersion.svelte";
import { registerServiceWorker } from "./register-service-worker.ts";

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no element with the id app.");

let noticed = false;
const outcome = await registerServiceWorker((takeOver) => {
  if (!noticed) mount(NewVersion, { target: document.body, props: { takeOver } });
  noticed = true;
});
// For a look at a page that is slower than it should be: is it controlled, and if not, why?
document.documentElement.dataset["serviceWorker"] = outcome.state === "absent" ? outcome.reason : outcome.state;
if (outcome.state !== "reloading") {
  target.replaceChildren();
  mount(App, { target });
}
