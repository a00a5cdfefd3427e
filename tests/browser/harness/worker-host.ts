/** The worker beside room.html: loads a room's test module and answers calls to its functions. */
import { answer } from "./answer.ts";
import { roomName, type RoomFunctions } from "./protocol.ts";

interface Call {
  id: number;
  name: string;
  args: unknown[];
}
const scope = self as unknown as {
  addEventListener(type: "message", listener: (event: MessageEvent<Call>) => void): void;
  postMessage(message: unknown): void;
};

// The listener stands before the module is there: messages sent meanwhile would be lost otherwise.
const functions = import(/* @vite-ignore */ `./${roomName(location.search)}.js`) as Promise<RoomFunctions>;
scope.addEventListener("message", ({ data }) => {
  void functions
    .then((loaded) => answer(loaded, data.name, data.args))
    .catch((error: unknown) => answer({}, `${data.name} (${String(error)})`, []))
    .then((result) => scope.postMessage({ id: data.id, answer: result }));
});
