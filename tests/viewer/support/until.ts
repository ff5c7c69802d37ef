import { assert } from "@std/assert";

/**
 * Reads until what was read holds, as a person would look: a page draws in its own time, and later on a busy machine.
 *
 * @param what What is waited for, for the error.
 * @returns What was read in the end.
 * @throws AssertionError after 200 looks, ten seconds or more.
 */
export async function until<T>(
  read: () => Promise<T>,
  holds: (value: T) => boolean,
  what: string,
): Promise<T> {
  let value = await read();
  for (let looks = 1; !holds(value); looks++) {
    assert(looks < 200, `expected ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    value = await read();
  }
  return value;
}
