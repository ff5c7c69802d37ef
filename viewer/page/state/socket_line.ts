import type { Line } from "../../rpc.ts";
import { packMessage, unpackMessage } from "../../socket_messages.ts";

/** The line to the server's lab: a WebSocket at `lab` that carries msgpack. `send` throws what is too large. */
export function socketLine(socket: WebSocket = openSocket()): Line {
  socket.binaryType = "arraybuffer";
  const opened = new Promise<void>((resolve) => {
    if (socket.readyState === WebSocket.OPEN) resolve();
    else socket.addEventListener("open", () => resolve());
  });
  return {
    send(message) {
      const bytes = packMessage(message);
      opened.then(() => socket.send(bytes));
    },
    receive: (listener) =>
      socket.addEventListener("message", ({ data }) => listener(unpackMessage(new Uint8Array(data)))),
    broken: (listener) =>
      socket.addEventListener(
        "close",
        ({ reason }) =>
          listener(reason || "The server's lab does not respond: is deno task watch still running?"),
        { once: true },
      ),
  };
}

function openSocket(): WebSocket {
  return new WebSocket(new URL("lab", document.baseURI.replace(/^http/, "ws")));
}
