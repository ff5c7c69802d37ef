import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { type AdapterLike, adapterName, isEmulated } from "../../../generative/runtime/real_adapter.ts";

const MODULE = new URL("../../../generative/runtime/mod.ts", import.meta.url).href;

/** Starts a backend in a process of its own and prints what happened as JSON, and what `then` computes. */
async function start(env: Record<string, string>, options: Record<string, unknown> = {}, then = "null") {
  const program = `
    import * as tf from "@tensorflow/tfjs";
    import { compile, startBackend } from "${MODULE}";
    try {
      const report = await startBackend(${JSON.stringify(options)});
      console.log(JSON.stringify({ report, result: await ${then} }));
    } catch (error) {
      console.log(JSON.stringify({ name: error.name, message: error.message }));
    }`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", program],
    env: { SOMNIUM_BACKEND: "", ...env },
    cwd: new URL("../../../", import.meta.url),
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(text.startsWith("{"), new TextDecoder().decode(stderr));
  return { ...JSON.parse(text), noise: new TextDecoder().decode(stderr) };
}

Deno.test("native TensorFlow is chosen, described, and started once", async () => {
  const report = await startBackend();
  assertEquals(report.name, "tensorflow");
  assertMatch(report.version, /^2\.\d+\.\d+$/);
  assertStringIncludes(report.devices[0], "CPU:0");
  assert(report.threads.intraOp >= 1);
  assertEquals(report.threads.interOp, Math.min(2, navigator.hardwareConcurrency));
  assertEquals(await startBackend({ backend: "cpu" }), report);
  assertEquals(tf.getBackend(), "tensorflow");
});

Deno.test("TensorFlow starts without a word on standard error, with as many threads as it is told", async () => {
  const { report, noise } = await start({}, { intraOpThreads: 1, interOpThreads: 1 });
  assertEquals([report.name, report.threads], ["tensorflow", { intraOp: 1, interOp: 1 }]);
  assertEquals(noise, "");
});

Deno.test("ops that run side by side give the numbers that they give one after the other", async () => {
  const branches = `compile((x) => {
      const loss = (x) => tf.addN([1, 2, 3, 4].map((k) => tf.matMul(x, x, k % 2 === 0).mul(k).tanh())).sum();
      return { x: x.sub(tf.grad(loss)(x)) };
    }).run(tf.sin(tf.range(0, 4096)).reshape([64, 64])).then(({ x }) => [...x.dataSync()])`;
  const [alone, beside] = await Promise.all(
    [1, 2].map((interOpThreads) => start({}, { interOpThreads }, branches)),
  );
  assertEquals([alone.report.threads.interOp, beside.report.threads.interOp], [1, 2]);
  assertEquals(alone.result.length, 4096);
  assertEquals(alone.result, beside.result);
});

Deno.test("SOMNIUM_BACKEND overrides the choice", async () => {
  for (const name of ["cpu", "wasm"]) {
    const { report, noise } = await start({ SOMNIUM_BACKEND: name });
    const lacks =
      "; wasm has no gradients of convolutions and embeddings: models with those need tensorflow, ";
    const wasm = name === "wasm" ? `${lacks}webgpu or cpu` : "";
    assertEquals([report.name, report.reason, noise], [name, `SOMNIUM_BACKEND asks for it${wasm}`, ""]);
  }
});

Deno.test("an emulated WebGPU is no graphics card", async () => {
  const emulated: AdapterLike[] = [
    { isFallbackAdapter: true, info: { vendor: "nvidia", architecture: "ampere" } },
    { info: { vendor: "intel", isFallbackAdapter: true } },
    { info: { vendor: "google", architecture: "swiftshader" } },
    { info: { vendor: "65541", description: "llvmpipe (LLVM 15.0.6, 256 bits)" } },
    { info: { vendor: "mesa", device: "lavapipe" } },
    { info: { vendor: "microsoft", architecture: "warp" } },
    { info: { description: "Microsoft Basic Render Driver" } },
    { info: { description: "Apple Software Renderer" } },
  ];
  for (const adapter of emulated) assertEquals(isEmulated(adapter), true, JSON.stringify(adapter));
  for (
    const [vendor, architecture] of [["nvidia", "ampere"], ["apple", "metal-3"], ["intel", "gen-12lp"], [
      "",
      "",
    ]]
  ) {
    assertEquals(isEmulated({ isFallbackAdapter: false, info: { vendor, architecture } }), false, vendor);
  }
  assertEquals(adapterName({ info: { vendor: "65541", description: "llvmpipe" } }), "llvmpipe");
  assertEquals(adapterName({ info: { vendor: "nvidia", architecture: "ampere" } }), "nvidia ampere");

  // Where there is only an emulated one, it is not chosen; asked for by name, it is used with a warning.
  // All of it in other processes: Mesa's LLVM, which an adapter loads, and that of TensorFlow's XLA do not go together.
  const { report } = await start({ SOMNIUM_LIBTENSORFLOW: "/nowhere" });
  if (!report.reason.includes("would only emulate")) return; // a real one, or none at all
  assertEquals([report.name, report.gpu], ["cpu", false]);
  assertStringIncludes(report.reason, "webgpu: the processor would only emulate WebGPU (llvmpipe");
  const asked = (await start({ SOMNIUM_BACKEND: "webgpu" })).report;
  assertEquals([asked.name, asked.gpu, asked.devices], ["webgpu", false, ["CPU"]]);
  assertStringIncludes(
    asked.reason,
    "SOMNIUM_BACKEND asks for it; warning: the processor would only emulate",
  );
});

Deno.test("an unknown backend is an error that lists those that work", async () => {
  const { name, message } = await start({ SOMNIUM_BACKEND: "tensorflo" });
  assertEquals(name, "RangeError");
  assertMatch(
    message,
    /"tensorflo": expected one that works here: tensorflow, .*cpu \(did you mean "tensorflow"\?\)$/,
  );
});

Deno.test("an unavailable backend is an error that says why and lists those that work", async () => {
  const env = { SOMNIUM_BACKEND: "tensorflow", SOMNIUM_LIBTENSORFLOW: "/nowhere" };
  const { message } = await start(env);
  assertMatch(
    message,
    /^Cannot start backend "tensorflow": .*"\/nowhere"\. These work here: (webgpu, )?wasm, cpu$/,
  );
});

Deno.test("without TensorFlow the run goes on with the next backend that can do the job", async () => {
  const env = { SOMNIUM_LIBTENSORFLOW: "/nowhere" };
  const training = (await start(env)).report;
  assert(["webgpu", "cpu"].includes(training.name), training.name);
  assertStringIncludes(training.reason, "/nowhere");
  const inference = (await start(env, { purpose: "inference" })).report;
  assert(["webgpu", "wasm"].includes(inference.name), inference.name);
});
