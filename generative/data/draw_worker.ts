import type { Drawer, DrawingModule, DrawRequest } from "./draw_pictures.ts";

/** A worker of `drawPictures`: draws the pictures that it is asked for. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage(message: unknown, transfer: Transferable[]): void;
};

interface Order {
  module: string;
  request: DrawRequest;
  first: number;
  count: number;
}

let drawer: Promise<Drawer> | undefined;

async function prepare(module: string, request: DrawRequest): Promise<Drawer> {
  const { createDrawer }: DrawingModule = await import(module);
  return await createDrawer(request);
}

scope.onmessage = async ({ data: { module, request, first, count } }) => {
  try {
    const draw = await (drawer ??= prepare(module, request));
    const parts = Array.from({ length: count }, (_, i) => draw(first + i));
    const drawn = new Uint8Array(count * parts[0].length);
    parts.forEach((part, i) => drawn.set(part, i * part.length));
    scope.postMessage({ first, drawn }, [drawn.buffer]);
  } catch (error) {
    scope.postMessage({ failure: (error as Error).message }, []);
  }
};
