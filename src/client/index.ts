/** Page side of the workers: start, queue, abort, revive; and the few things the page asks of the browser. */
export { requestPersistence, saveFile, ScreenLock, TabMark } from "./browser.ts";
export { createClient, isFatalForCompute, type Client } from "./client.ts";
export { loadDemoIndex } from "./demo-index.ts";
export { aborted, WorkerHost, type HostOptions, type JobOptions } from "./worker-host.ts";
export { typedWrap } from "./typed-wrap.ts";
export { zipStored, type ZipFile } from "./zip.ts";
