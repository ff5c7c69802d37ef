import { join } from "node:path";

/**
 * What `deno doc --lint` finds over every `mod.ts` of the tree.
 *
 * It does not follow npm packages and calls each of their types private (`tf.Tensor` in a signature, say), so findings
 * about types that the tree does not declare are left out.
 *
 * @param root The project's folder.
 * @returns One text a finding; none when all is documented.
 */
export async function lintDocumentation(root: string): Promise<string[]> {
  const sources = await sourceFiles(root);
  const faces = sources.filter((path) => /(^|\/)mod\.ts$/.test(path));
  const { stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...faces],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  if (success) return [];
  const declared = new Set<string>();
  for (const path of sources) {
    const code = await Deno.readTextFile(join(root, path));
    for (const [, name] of code.matchAll(/\b(?:class|interface|type)\s+([A-Z]\w*)/g)) declared.add(name);
  }
  const report = new TextDecoder().decode(stderr);
  const findings = report.split(/^(?=error\[)/m).filter((text) => text.startsWith("error["));
  if (findings.length === 0) return [report];
  return findings.filter((finding) => {
    const foreign = /^error\[private-type-ref\].* references private type '([\w.]+)'/.exec(finding);
    return !foreign || declared.has(foreign[1]);
  });
}

/** The tracked TypeScript files, tests left out. */
async function sourceFiles(root: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(join(root, folder))) {
      const path = folder ? `${folder}/${name}` : name;
      if (isDirectory && !/^(\.|node_modules$|runs$|tests$|docs$)/.test(name)) await visit(path);
      else if (name.endsWith(".ts")) found.push(path);
    }
  };
  await visit("");
  return found.sort();
}
