import { assertEquals, assertRejects } from "@std/assert";
import { explainFailure, startBrowserBackend } from "../../../viewer/page/lab_backend.ts";

Deno.test("plain JavaScript starts anywhere, and other names are refused", async () => {
  assertEquals(await startBrowserBackend("cpu"), { name: "cpu", reason: "selected by the user" });
  for (const name of ["tensorflow", "constructor"]) {
    await assertRejects(
      () => startBrowserBackend(name),
      RangeError,
      `Cannot compute by "${name}": expected one of webgpu, wasm, cpu`,
    );
  }
});

Deno.test("an operation that the backend lacks is told with what to do, other errors as they are", () => {
  const kernel = new Error("Kernel 'Conv3D' not registered for backend 'webgpu'.");
  assertEquals(
    explainFailure(kernel).message,
    "Cannot compute Conv3D by webgpu: let the server compute instead",
  );
  const other = new RangeError("Cannot dream: expected seeds >= 0, got -2");
  assertEquals(explainFailure(other), other);
});
