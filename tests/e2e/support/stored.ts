/** What the page keeps in IndexedDB, read as it lies there (src/storage/README.md): for what no screen shows. */
import type { Page } from "playwright";
import type { TrainingPosition } from "../../../src/contract/index.ts";

/** Where the newest resumable checkpoint stood. */
export function lastPosition(page: Page): Promise<TrainingPosition> {
  return page.evaluate(async () => {
    const answer = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((done, fail) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error ?? new Error("no reason given"));
      });
    const database = await answer(indexedDB.open("unmask-checkpoints"));
    const records = database.transaction("records").objectStore("records");
    interface Manifest {
      id: string;
      createdAt: number;
      chunks: { stream: string }[];
      head: { resumable: boolean };
    }
    const range = IDBKeyRange.bound(["manifest", "checkpoint", ""], ["manifest", "checkpoint", []]);
    const manifests = (await answer(records.getAll(range))) as Manifest[];
    const newest = manifests.filter(({ head }) => head.resumable).sort((a, b) => b.createdAt - a.createdAt)[0]!;
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (const [i, { stream }] of newest.chunks.entries())
      if (stream === "meta")
        parts.push((await answer(records.get(["chunk", newest.id, i]))) as Uint8Array<ArrayBuffer>);
    database.close();
    return (JSON.parse(await new Blob(parts).text()) as { position: TrainingPosition }).position;
  });
}

/** As if no evaluation had ever been left: the trainings that are kept go. */
export function forgetFineTunings(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise((done, fail) => {
        const opening = indexedDB.open("unmask-records");
        opening.onerror = () => fail(opening.error ?? new Error("no reason given"));
        opening.onsuccess = () => {
          const writing = opening.result.transaction("records", "readwrite");
          for (const kind of ["fine-tuning", "fine-tuning-logits"])
            writing.objectStore("records").delete(IDBKeyRange.bound([kind], [kind, []]));
          writing.onerror = () => fail(writing.error ?? new Error("no reason given"));
          writing.oncomplete = () => {
            opening.result.close();
            done();
          };
        };
      }),
  );
}
