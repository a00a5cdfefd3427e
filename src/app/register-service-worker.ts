/**
 * Page side of the service worker: registers it, reloads once so that its headers are on the document
 * (cross-origin isolation, the policy), and tells when a new version waits. Without service workers the
 * page works all the same, with whatever headers its host sends. Knows nothing of caches.
 */
export type ServiceWorkerOutcome =
  { state: "controlled" } | { state: "reloading" } | { state: "absent"; reason: string };

/** Set while the one reload is on its way: a page that is still not controlled after it must not reload again. */
const reloadMark = "unmask-reloaded-for-service-worker";

/** A slow connection must not keep the page blank: after this it starts without, and is controlled next time. */
const installLimitMs = 15_000;

/** Session storage, where there is any: an opaque origin has none. */
function mark(action: "read" | "set" | "clear"): boolean {
  try {
    if (action === "set") sessionStorage.setItem(reloadMark, "1");
    if (action === "clear") sessionStorage.removeItem(reloadMark);
    return sessionStorage.getItem(reloadMark) !== null;
  } catch {
    return true; // nothing can be remembered, so reloading could go on for ever: better not once
  }
}

/**
 * Never throws: whatever goes wrong, the page works without a service worker.
 * @param onNewVersion called when a newer build is ready; `takeOver` switches to it and reloads. Until
 *   then this page goes on with the version that it began with: a running training is not disturbed.
 */
export async function registerServiceWorker(
  onNewVersion: (takeOver: () => void) => void,
): Promise<ServiceWorkerOutcome> {
  if (!import.meta.env.PROD) return absent("The development server is used without one.");
  try {
    // In a sandboxed frame even reading the property throws.
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (workers === undefined) return absent("This browser offers none here: they need https or localhost.");
    return await follow(workers, await workers.register("./sw.js"), onNewVersion);
  } catch (error) {
    return absent(`It could not be installed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function absent(reason: string): ServiceWorkerOutcome {
  return { state: "absent", reason };
}

async function follow(
  workers: ServiceWorkerContainer,
  registration: ServiceWorkerRegistration,
  onNewVersion: (takeOver: () => void) => void,
): Promise<ServiceWorkerOutcome> {
  if (workers.controller !== null) {
    mark("clear");
    watch(workers, registration, onNewVersion);
    return { state: "controlled" };
  }
  if (mark("read")) return absent("It did not take the page over, even after a reload (a forced reload skips it).");
  const late = new Promise<boolean>((done) => setTimeout(done, installLimitMs, false));
  if (!(await Promise.race([active(registration), late])))
    return absent("It is not installed completely yet; the next visit tries again.");
  mark("set");
  location.reload();
  return { state: "reloading" };
}

/** True once the registration has an active worker; false when its first one fails to install. */
function active(registration: ServiceWorkerRegistration): Promise<boolean> {
  if (registration.active !== null) return Promise.resolve(true);
  const worker = registration.installing ?? registration.waiting;
  if (worker === null) return Promise.resolve(false);
  return new Promise((done) => {
    const look = (): void => {
      if (worker.state === "activated") done(true);
      if (worker.state === "redundant") done(false);
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

function watch(
  workers: ServiceWorkerContainer,
  registration: ServiceWorkerRegistration,
  onNewVersion: (takeOver: () => void) => void,
): void {
  let reloading = false;
  const offer = (waiting: ServiceWorker): void =>
    onNewVersion(() => {
      reloading = true;
      waiting.postMessage({ type: "take-over" });
    });
  const offerOnceInstalled = (worker: ServiceWorker): void =>
    worker.addEventListener("statechange", () => {
      if (worker.state === "installed") offer(worker);
    });
  if (registration.waiting !== null) offer(registration.waiting);
  if (registration.installing !== null) offerOnceInstalled(registration.installing);
  registration.addEventListener("updatefound", () => {
    if (registration.installing !== null) offerOnceInstalled(registration.installing);
  });
  workers.addEventListener("controllerchange", () => {
    if (reloading) location.reload();
    // Another tab switched: this page's own files may be gone from the host, so it should follow.
    else onNewVersion(() => location.reload());
  });
}
