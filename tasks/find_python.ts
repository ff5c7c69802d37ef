/**
 * A Python that has certain modules, for the peers that benchmarks run beside the lab: the one that
 * `SOMNIUM_PYTHON` names, else `python3`, else `python`.
 *
 * @param modules Modules that it must have; they are looked up, not loaded.
 */
export function findPython(...modules: string[]): string | undefined {
  const program = `import importlib.util, sys
sys.exit(not all(importlib.util.find_spec(m) for m in ${JSON.stringify(modules)}))`;
  for (const python of [Deno.env.get("SOMNIUM_PYTHON"), "python3", "python"]) {
    if (!python) continue;
    try {
      const { success } = new Deno.Command(python, { args: ["-c", program], stdout: "null", stderr: "null" })
        .outputSync();
      if (success) return python;
    } catch {
      // Not on this machine; the next may be.
    }
  }
  return undefined;
}
