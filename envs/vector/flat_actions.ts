import { describeValue } from "../describe_value.ts";
import { describeAction } from "../refuse_action.ts";

/**
 * The actions of all environments, `[N, A]`, as floats.
 *
 * @param label What is stepped, "4 x CarRacing-v3".
 * @param shape How many environments, and numbers of each one's action.
 * @throws TypeError for what is no flat list of numbers. @throws RangeError for another length.
 */
export function flatActions(
  label: string,
  [count, size]: readonly [count: number, size: number],
  actions: ArrayLike<number>,
): Float32Array {
  const wanted = `Cannot step ${label}: expected ${count} x ${size} numbers of actions in one flat list`;
  if (typeof actions !== "object" || typeof actions?.length !== "number") {
    throw new TypeError(`${wanted}, got ${describeAction(actions)}`);
  }
  if (!ArrayBuffer.isView(actions) || actions instanceof BigInt64Array || actions instanceof BigUint64Array) {
    const wrong = Array.from(actions).find((one) => typeof one !== "number") as unknown;
    if (typeof wrong === "object" && wrong !== null) {
      throw new TypeError(
        `${wanted}, got a list of lists; pass them as one: actions.flatMap((action) => [...action])`,
      );
    }
    if (wrong !== undefined) throw new TypeError(`${wanted}, got ${describeValue(wrong)} among them`);
  }
  if (actions.length !== count * size) throw new RangeError(`${wanted}, got ${actions.length}`);
  return actions instanceof Float32Array ? actions : Float32Array.from(actions);
}
