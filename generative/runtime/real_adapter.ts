/** What is known of a WebGPU adapter; browsers moved `isFallbackAdapter` from the adapter to its info. */
export interface AdapterLike {
  /** Names, as far as they are told. */
  info?: {
    vendor?: string;
    architecture?: string;
    device?: string;
    description?: string;
    isFallbackAdapter?: boolean;
  };
  /** Whether the processor does the work. */
  isFallbackAdapter?: boolean;
}

/** Drivers that emulate a graphics card on the processor: Chromium's, Mesa's, Windows' (WARP), and those of old. */
const EMULATORS = /swiftshader|llvmpipe|lavapipe|softpipe|swrast|\bwarp\b|basic render|software|\bcpu\b/i;

/**
 * The name of the machine's WebGPU adapter, where it is a graphics card. An emulated one computes slower than
 * WebAssembly, and is none to choose by itself.
 *
 * @throws Error of a few words where there is no adapter, or the processor emulates it.
 */
export async function realAdapter(): Promise<string> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error("there is no WebGPU here");
  const name = adapterName(adapter as AdapterLike);
  if (isEmulated(adapter as AdapterLike)) {
    throw new Error(`the processor would only emulate WebGPU${name && ` (${name})`}`);
  }
  return name;
}

/** Whether an adapter is no graphics card, but the processor in its place. */
export function isEmulated({ info = {}, isFallbackAdapter }: AdapterLike): boolean {
  const { vendor, architecture, device, description } = info;
  return Boolean(isFallbackAdapter || info.isFallbackAdapter) ||
    EMULATORS.test([vendor, architecture, device, description].join(" "));
}

/** What an adapter calls itself, as far as those are words: vendors are numbers to some. */
export function adapterName({ info = {} }: AdapterLike): string {
  const { vendor, architecture, description } = info;
  const names = [vendor, architecture].filter((word) => word && !/^\d+$/.test(word)).join(" ");
  return names || (description ?? "");
}
