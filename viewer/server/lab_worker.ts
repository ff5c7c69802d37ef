import { importKinds } from "../../agents/import_kinds.ts";
import { startBackend } from "../../generative/runtime/mod.ts";
import { createLab } from "../lab/create_lab.ts";
import { registerAgent } from "../lab/agents.ts";
import { registerGenerativeModel } from "../lab/generative_models.ts";
import { LAB_METHODS } from "../lab/lab.ts";
import { registerWorldKind } from "../../worlds/kinds.ts";
import { serve, workerLine } from "../rpc.ts";

/**
 * The server's worker for tensors: a lab on native TensorFlow, beside the server so that files go on being served.
 * `?module=` behind its address is that of a module with models, world models and agents of the user's own.
 */
const module = new URL(import.meta.url).searchParams.get("module");
const lab = createLab({
  place: "server",
  async start() {
    const { name, reason } = await startBackend({ purpose: "inference", install: false });
    if (module !== null) {
      const { models, worlds, learners } = await importKinds(new URL(module), `the module "${module}"`);
      models.forEach(registerGenerativeModel);
      worlds.forEach(registerWorldKind);
      learners.forEach(registerAgent);
    }
    return { name, reason };
  },
});
serve(lab, LAB_METHODS, workerLine(globalThis));
