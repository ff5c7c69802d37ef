import * as tf from "@tensorflow/tfjs";

/** Tensors in arrays and records, nested at will; `undefined` stands for nothing. */
export type Tree = tf.Tensor | undefined | readonly Tree[] | { readonly [key: string]: Tree };

/** A {@link Tree} as the type checker takes it: interfaces too, whose members it cannot see. Checked when it is used. */
export type TreeLike = object | undefined;

/** The tensors of a tree in a fixed order: arrays by index, records by sorted key. @throws TypeError for anything else. */
export function flatten(tree: Tree, into: tf.Tensor[] = []): tf.Tensor[] {
  if (tree instanceof tf.Tensor) into.push(tree);
  else if (Array.isArray(tree)) { for (const child of tree) flatten(child, into); }
  else if (tree !== undefined) {
    const record = asRecord(tree);
    for (const key of Object.keys(record).sort()) flatten(record[key], into);
  }
  return into;
}

/** A tree of the same form, with each tensor replaced, in the order of {@link flatten}. */
export function mapTree(tree: Tree, replace: (tensor: tf.Tensor) => tf.Tensor): Tree {
  if (tree === undefined) return undefined;
  if (tree instanceof tf.Tensor) return replace(tree);
  if (Array.isArray(tree)) return tree.map((child) => mapTree(child, replace));
  const record = asRecord(tree);
  const mapped: { [key: string]: Tree } = {};
  for (const key of Object.keys(record)) mapped[key] = undefined; // keeps the order of the keys
  for (const key of Object.keys(record).sort()) mapped[key] = mapTree(record[key], replace);
  return mapped;
}

/** Checks what a step is given. @throws TypeError naming the first tensor that was disposed. */
export function checkAlive(tensors: readonly tf.Tensor[], step: string): void {
  const dead = tensors.findIndex(({ isDisposed }) => isDisposed);
  if (dead < 0) return;
  const { dtype, shape } = tensors[dead];
  throw new TypeError(
    `Cannot run step "${step}": expected live tensors, got ${dtype} [${shape}], input ${
      dead + 1
    } of ${tensors.length}, which was disposed`,
  );
}

/** Frees every tensor of a tree. */
export function disposeTree(tree: Tree): void {
  for (const tensor of flatten(tree)) tensor.dispose();
}

/** Keys, shapes and element types of a tree as a text: equal texts, same compiled function. */
export function structure(tree: Tree): string {
  if (tree === undefined) return "-";
  if (tree instanceof tf.Tensor) return `${tree.dtype}[${tree.shape}]`;
  let text = "";
  if (Array.isArray(tree)) {
    for (const child of tree) text += structure(child) + ",";
    return `(${text})`;
  }
  const record = asRecord(tree);
  for (const key of Object.keys(record).sort()) text += `${JSON.stringify(key)}:${structure(record[key])},`;
  return `{${text}}`;
}

function asRecord(tree: Tree): { readonly [key: string]: Tree } {
  if (typeof tree !== "object" || tree === null || tree instanceof Promise || ArrayBuffer.isView(tree)) {
    const got = typeof tree === "object" ? tree?.constructor.name ?? "null" : `${typeof tree} ${tree}`;
    throw new TypeError(
      `Cannot read a tree of tensors: expected tensors, arrays, records and undefined, got ${got}`,
    );
  }
  return tree as { readonly [key: string]: Tree };
}
