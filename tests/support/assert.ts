/**
 * Stands in for `jsr:@std/assert` where JSR cannot be reached: the part that the tests use, over `node:assert`.
 *
 * @module
 */
import nodeAssert from "node:assert/strict";

/** Throws when the condition is falsy. */
export function assert(condition: unknown, message?: string): asserts condition {
  nodeAssert.ok(condition, message);
}

/** Deep, strict equality. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.deepStrictEqual(actual, expected, message);
}

/** Deep, strict inequality. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.notDeepStrictEqual(actual, expected, message);
}

/** The same object. */
export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T {
  nodeAssert.strictEqual(actual, expected, message);
}

/** Numbers within a tolerance; by default `1e-7`. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance = 1e-7,
  message?: string,
): void {
  if (Object.is(actual, expected)) return;
  const difference = Math.abs(expected - actual);
  if (difference <= tolerance) return;
  throw new nodeAssert.AssertionError({
    message: message ??
      `Expected actual: "${actual}" to be close to "${expected}": delta "${difference}" is greater than "${tolerance}"`,
  });
}

/** `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.ok(actual < expected, message ?? `Expect ${actual} < ${expected}`);
}

/** `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.ok(actual <= expected, message ?? `Expect ${actual} <= ${expected}`);
}

/** `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.ok(actual > expected, message ?? `Expect ${actual} > ${expected}`);
}

/** `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.ok(actual >= expected, message ?? `Expect ${actual} >= ${expected}`);
}

/** Not null and not undefined. */
export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T> {
  nodeAssert.ok(actual !== null && actual !== undefined, message ?? `Expected a value, got ${actual}`);
}

/** An instance of a class. */
export function assertInstanceOf<T>(
  actual: unknown,
  // deno-lint-ignore no-explicit-any -- any constructor's arguments
  expected: abstract new (...args: any[]) => T,
  message?: string,
): asserts actual is T {
  nodeAssert.ok(actual instanceof expected, message ?? `Expected an instance of ${expected.name}`);
}

/** A text holds another. */
export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  nodeAssert.ok(actual.includes(expected), message ?? `Expected "${actual}" to contain "${expected}"`);
}

/** A text matches a pattern. */
export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  nodeAssert.match(actual, expected, message);
}

/** An object holds at least these entries. */
export function assertObjectMatch(
  actual: Record<PropertyKey, unknown>,
  expected: Record<PropertyKey, unknown>,
): void {
  for (const [key, value] of Object.entries(expected)) nodeAssert.deepStrictEqual(actual[key], value, key);
}

// deno-lint-ignore no-explicit-any -- any constructor's arguments
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** The function throws; the error's class and a part of its text may be given. Returns the error. */
export function assertThrows<E extends Error = Error>(
  action: () => unknown,
  errorClass?: ErrorClass<E>,
  includes?: string,
): E {
  try {
    action();
  } catch (error) {
    return checkError(error, errorClass, includes);
  }
  throw new nodeAssert.AssertionError({ message: "Expected function to throw" });
}

/** The promise rejects; the error's class and a part of its text may be given. Returns the error. */
export async function assertRejects<E extends Error = Error>(
  action: () => PromiseLike<unknown>,
  errorClass?: ErrorClass<E>,
  includes?: string,
): Promise<E> {
  try {
    await action();
  } catch (error) {
    return checkError(error, errorClass, includes);
  }
  throw new nodeAssert.AssertionError({ message: "Expected function to reject" });
}

function checkError<E extends Error>(error: unknown, errorClass?: ErrorClass<E>, includes?: string): E {
  if (!(error instanceof Error)) {
    throw new nodeAssert.AssertionError({ message: "A non-Error object was thrown" });
  }
  if (errorClass && !(error instanceof errorClass)) {
    const message =
      `Expected error to be instance of "${errorClass.name}", but was "${error.constructor.name}": ${error.message}`;
    throw new nodeAssert.AssertionError({ message });
  }
  if (includes !== undefined) assertStringIncludes(error.message, includes);
  return error as E;
}
