import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { WebSocketServer } from "ws";
import { type Lab, LAB_METHODS } from "../lab/lab.ts";
import { connectLab } from "../lab/connect_lab.ts";
import { type Line, serve, workerLine } from "../rpc.ts";
import { LARGEST_MESSAGE, packMessage, unpackMessage } from "../socket_messages.ts";
import { borrowLab } from "./borrow_lab.ts";

/** Pages that may use the lab at a time. */
export const MOST_SOCKETS = 8;

/** Options of {@link LabSockets}. */
export interface LabSocketsOptions {
  /** The worker's module; it answers the calls of a {@link Lab}. @default viewer/server/lab_worker.ts */
  address?: URL;
  /** Bytes of a message that a page may send, in however many parts. @default {@link LARGEST_MESSAGE} */
  largest?: number;
}

/** The lab of a server: pages reach it by WebSocket, and it starts when the first one calls. */
export class LabSockets {
  readonly #address: URL;
  readonly #server: WebSocketServer;
  readonly #open = new Set<WebSocket>();
  #worker?: Worker;
  #lab?: Lab;

  /** A lab that a worker computes. */
  constructor(options: LabSocketsOptions = {}) {
    const { address = new URL("lab_worker.ts", import.meta.url), largest = LARGEST_MESSAGE } = options;
    this.#address = address;
    this.#server = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: largest });
  }

  /** Takes over a request for a WebSocket; returns false when there are too many already. */
  accept(message: IncomingMessage, connection: Socket, head: Uint8Array): boolean {
    if (this.#open.size >= MOST_SOCKETS) return false;
    this.#server.handleUpgrade(message, connection, head, (socket: WebSocket) => this.#take(socket));
    return true;
  }

  /** Serves a page until it goes. */
  #take(socket: WebSocket): void {
    socket.binaryType = "arraybuffer";
    socket.addEventListener("error", () => socket.close()); // what is no frame, or too large: ws says so to the page
    this.#open.add(socket);
    const borrowed = borrowLab(this.#lazyLab());
    socket.addEventListener("close", () => {
      this.#open.delete(socket);
      borrowed.release();
    });
    serve(borrowed.lab, LAB_METHODS, socketLine(socket));
  }

  /** Ends all connections and the worker. */
  close(): void {
    for (const socket of this.#open) socket.close(1001, "deno task watch has ended");
    this.#worker?.terminate();
    this.#worker = this.#lab = undefined;
  }

  /** Starts the worker with the first call, and again after it broke. */
  #lazyLab(): Lab {
    const call = (method: typeof LAB_METHODS[number]) => (...args: unknown[]) =>
      (this.#started()[method] as (...args: unknown[]) => unknown)(...args);
    return Object.fromEntries(LAB_METHODS.map((method) => [method, call(method)])) as unknown as Lab;
  }

  #started(): Lab {
    if (this.#lab) return this.#lab;
    const worker = this.#worker = new Worker(this.#address, { type: "module", name: "lab" });
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // the calls that wait are told; the server goes on
      if (this.#worker !== worker) return;
      worker.terminate();
      this.#worker = this.#lab = undefined;
    });
    return this.#lab = connectLab(workerLine(worker));
  }
}

function socketLine(socket: WebSocket): Line {
  return {
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return; // the page went while the lab computed
      socket.send(packMessage(message));
    },
    receive(listener) {
      socket.addEventListener("message", ({ data }) => {
        if (!(data instanceof ArrayBuffer)) return socket.close(1003, "Expected msgpack, got text");
        let message: unknown;
        try {
          message = unpackMessage(new Uint8Array(data));
        } catch {
          return socket.close(1007, "Expected msgpack, got something else");
        }
        if (typeof message === "object" && message !== null) listener(message);
        else socket.close(1007, "Expected a call, got something else");
      });
    },
    broken: (listener) => socket.addEventListener("close", () => listener("The page went"), { once: true }),
  };
}
