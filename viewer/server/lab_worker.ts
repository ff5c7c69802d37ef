import { startBackend } from "../../generative/runtime/mod.ts";
import { createLab } from "../lab/create_lab.ts";
import { LAB_METHODS } from "../lab/lab.ts";
import { serve, workerLine } from "../rpc.ts";

/** The server's worker for tensors: a lab on native TensorFlow, beside the server so that files go on being served. */
const lab = createLab({
  place: "server",
  async start() {
    const { name, reason } = await startBackend({ purpose: "inference", install: false });
    return { name, reason };
  },
});
serve(lab, LAB_METHODS, workerLine(globalThis));
