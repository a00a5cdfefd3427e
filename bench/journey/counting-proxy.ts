/**
 * A door in front of the server that counts what goes out: every byte of page, workers and service worker, headers
 * and all, whoever asks. DevTools' own counts miss the threads that ONNX Runtime starts for itself.
 */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface CountingProxy {
  url: string;
  bytes(): number;
  /** Path -> bytes of its answers. */
  files(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function countingProxy(port: number): Promise<CountingProxy> {
  let sent = 0;
  const files = new Map<string, number>();
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    let path = "";
    // Browsers do not pipeline: one answer at a time on a connection.
    client.on("data", (chunk) => (path = /^[A-Z]+ ([^ ?]+)/.exec(chunk.toString("latin1"))?.[1] ?? path));
    upstream.on("data", (chunk) => {
      sent += chunk.length;
      files.set(path, (files.get(path) ?? 0) + chunk.length);
    });
    for (const socket of [client, upstream]) {
      open.add(socket);
      // A browser hangs up on connections it no longer needs; the other side goes with it.
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    bytes: () => sent,
    files: () => files,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
