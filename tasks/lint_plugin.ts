/// <reference lib="deno.unstable" />
/**
 * The project's own lint rules, which `deno lint` loads by `lint.plugins` in `deno.json`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

const TESTS = fileURLToPath(new URL("../tests/", import.meta.url));

/** Operations that every tensor has as a method of the same arguments. */
const METHODS = new Set(
  ("abs add all any argMax argMin avgPool batchNorm broadcastTo cast ceil clipByValue clone conv1d conv2d " +
    "conv2dTranspose cos cosh cumprod cumsum depthToSpace depthwiseConv2d div divNoNan dot elu equal erf exp " +
    "expandDims expm1 flatten floor floorDiv gather greater greaterEqual isFinite isInf isNaN leakyRelu less " +
    "lessEqual log log1p logSigmoid logSoftmax logSumExp logicalAnd logicalNot logicalOr logicalXor matMul max " +
    "maxPool maximum mean min minimum mirrorPad mod mul neg norm notEqual onesLike pad pow prelu prod reciprocal " +
    "relu relu6 reshape resizeBilinear resizeNearestNeighbor reverse round rsqrt selu sigmoid sign sin sinh slice " +
    "softmax softplus split sqrt square squaredDifference squeeze step stridedSlice sub sum tan tanh tile topk " +
    "transpose unsortedSegmentSum unstack zerosLike").split(" "),
);

/** Whether an expression is plainly a number or an array, so that it has no methods of a tensor. */
function isPlain(node: Deno.lint.Node): boolean {
  switch (node.type) {
    case "Literal":
    case "UnaryExpression":
    case "BinaryExpression":
    case "ArrayExpression":
    case "SpreadElement":
      return true;
    case "CallExpression":
      return isPlain(node.callee);
    case "MemberExpression":
      return node.object.type === "Identifier" && node.object.name === "Math";
    default:
      return false;
  }
}

/** A default that a docstring of one declaration tells in prose. */
const PROSE_DEFAULT = /^\*(?!.*@param)[^"]*[.;,] default[: ]/is;

/** Rules of the packages' code; tests may write tensors as they like. */
const PLUGIN: Deno.lint.Plugin = {
  name: "somnium",
  rules: {
    "default-tag": {
      create(context) {
        if (context.filename.startsWith(TESTS)) return {};
        return {
          Program() {
            for (const comment of context.sourceCode.getAllComments()) {
              if (comment.type !== "Block" || !PROSE_DEFAULT.test(comment.value)) continue;
              context.report({
                range: comment.range,
                message: "Expected the default by its tag, got it in prose",
                hint: "Write `@default VALUE` at the docstring's end",
              });
            }
          },
        };
      },
    },
    "tensor-methods": {
      create(context) {
        if (context.filename.startsWith(TESTS)) return {};
        return {
          CallExpression(node) {
            const { callee, arguments: [left] } = node;
            if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
            if (callee.object.type !== "Identifier" || callee.object.name !== "tf") return;
            const { name } = callee.property;
            if (!left || !METHODS.has(name) || isPlain(left)) return;
            context.report({
              node,
              message: `Expected the method of the tensor on the left, got the function tf.${name}()`,
              hint: `Write x.${name}(..) in place of tf.${name}(x, ..)`,
            });
          },
        };
      },
    },
  },
};

export default PLUGIN;
