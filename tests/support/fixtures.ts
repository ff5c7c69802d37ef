/** Reads `tests/fixtures/<name>`, JSON or gzipped JSON. */
export async function readFixture<T>(name: string): Promise<T> {
  const file = await Deno.open(new URL(`../fixtures/${name}`, import.meta.url));
  const bytes = name.endsWith(".gz")
    ? file.readable.pipeThrough(new DecompressionStream("gzip"))
    : file.readable;
  return await new Response(bytes).json();
}
