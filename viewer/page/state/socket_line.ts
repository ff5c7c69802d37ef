import { Packr } from "msgpackr";
import type { Line } from "../../rpc.ts";

/** The line to the server's lab: a WebSocket at `lab` that carries msgpack. */
export function socketLine(address: URL = new URL("lab", document.baseURI.replace(/^http/, "ws"))): Line {
  const packr = new Packr({ useRecords: false, moreTypes: true });
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  const opened = new Promise<void>((resolve) => socket.addEventListener("open", () => resolve()));
  return {
    send: (message) => void opened.then(() => socket.send(packr.pack(message) as Uint8Array<ArrayBuffer>)),
    receive: (listener) =>
      socket.addEventListener("message", ({ data }) => listener(packr.unpack(new Uint8Array(data)))),
    broken: (listener) =>
      socket.addEventListener(
        "close",
        ({ reason }) => listener(reason || "The server's lab does not answer"),
        { once: true },
      ),
  };
}
