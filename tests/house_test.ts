import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Packages from the bottom up: a package imports those before it in its list, and itself. */
const MAY_IMPORT: Record<string, string[]> = {
  core: [],
  envs: ["core"],
  generative: ["core"],
  worlds: ["core", "envs", "generative"],
  agents: ["core", "envs", "generative", "worlds"],
  viewer: ["core", "envs", "generative", "worlds", "agents"],
  tasks: ["core", "envs", "generative", "worlds", "agents", "viewer"],
  bench: ["core", "envs", "generative", "worlds", "agents", "viewer", "tasks"],
};

function* sourceFiles(folder: string): Generator<string> {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(root + folder)];
  } catch {
    return; // a package that is not built yet
  }
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sourceFiles(path);
    else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

/** A source file without comments, whose examples import as well. */
const codeOf = (path: string) =>
  Deno.readTextFileSync(root + path).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

/** The files that a file imports, as paths from the root. */
function importsOf(path: string): string[] {
  const matches = codeOf(path).matchAll(/(?:from|import\()\s*"(\.[^"]+)"|^import\s*"(\.[^"]+)"/gm);
  return [...matches].map((match) => new URL(match[1] ?? match[2], `file:///${path}`).pathname.slice(1));
}

/** A way through a graph that ends where it began; undefined where there is none. */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>(), way: string[] = [];
  const follow = (node: string): string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return undefined;
    way.push(node);
    for (const next of graph.get(node) ?? []) {
      const circle = follow(next);
      if (circle) return circle;
    }
    way.pop();
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const circle = follow(node);
    if (circle) return circle;
  }
  return undefined;
}

Deno.test("imports run one way: bench -> tasks -> viewer, agents -> worlds -> generative, envs -> core", () => {
  const wrong: string[] = [];
  for (const [name, allowed] of Object.entries(MAY_IMPORT)) {
    for (const path of sourceFiles(name)) {
      for (const target of importsOf(path)) {
        const owner = target.split("/")[0];
        if (owner !== name && owner in MAY_IMPORT && !allowed.includes(owner)) {
          wrong.push(`${path} -> ${target}`);
        }
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("no file imports itself through others, types included", () => {
  const graph = new Map(
    Object.keys(MAY_IMPORT).flatMap((name) => [...sourceFiles(name)]).map((path) => [path, importsOf(path)]),
  );
  assertEquals(findCircle(graph)?.join(" -> "), undefined);
});

Deno.test("the ground floor of worlds imports no kind of world model", () => {
  const general = [...sourceFiles("worlds")].filter((path) => path.split("/").length === 2);
  const wrong = general.filter((path) => !["worlds/mod.ts", "worlds/kinds.ts"].includes(path)).flatMap((
    path,
  ) =>
    importsOf(path).filter((target) => /^worlds\/.+\//.test(target)).map((target) => `${path} -> ${target}`)
  );
  assertEquals(wrong, []);
});

/** Names from the insides of one kind of world model. */
const INSIDES = /\b(hidden|cell|mu|logVar|latentSize|vision|memory)\b/;

/** Files outside of `worlds/<kind>/` that may use those names, and why. */
const MAY_KNOW: Record<string, string> = {
  "agents/actor_critic.ts": "hidden layers of its own networks",
  "agents/attention/attention_agent.ts": "the state of an LSTM of its own",
  "agents/attention/attention_policy.ts": "the state of an LSTM of its own",
  "agents/imitation/imitation_policy.ts": "hidden layers of its own networks",
  "agents/memory/create_memory.ts": "memories of agents without a world model",
  "agents/memory/lstm_memory.ts": "memories of agents without a world model",
  "agents/memory/memory.ts": "memories of agents without a world model",
  "agents/memory/transformer_memory.ts": "memories of agents without a world model",
  "agents/ppo/fields.ts": "its policy's memory",
  "agents/ppo/policy_agent.ts": "its policy's memory",
  "agents/ppo/policy_network.ts": "hidden layers of its own networks, and a memory",
  "viewer/lab/ability.ts": "latents of auto-encoders",
  "viewer/lab/agents.ts": "an agent's card says that it has no latents",
  "viewer/lab/ask.ts": "latents of auto-encoders",
  "viewer/lab/gaussian_latents.ts": "the one place that knows a kind of world model, see below",
  "viewer/lab/generative_models.ts": "latents of auto-encoders",
  "viewer/lab/lab.ts": "latents of auto-encoders",
  "viewer/lab/latent_coder.ts": "latents of auto-encoders",
  "viewer/lab/model_kinds.ts": "latents of auto-encoders",
  "viewer/lab/train_world_model.ts": "latents of auto-encoders",
};

Deno.test("general code of worlds, agents and the viewer's lab knows the insides of no world model", () => {
  const knows = ["worlds", "agents", "viewer/lab"].flatMap((folder) => [...sourceFiles(folder)])
    .filter((path) => !/^worlds\/.+\//.test(path) && INSIDES.test(codeOf(path)));
  assertEquals(knows.toSorted(), Object.keys(MAY_KNOW));
});

Deno.test("the viewer names no kind of world model, and knows the insides of one in one place", () => {
  const kinds = [...Deno.readDirSync(`${root}worlds`)].filter(({ name, isDirectory }) =>
    isDirectory && name !== "parts"
  ).map(({ name }) => name);
  assert(kinds.includes("mdn_rnn"), kinds.join());
  const named = new RegExp(`\\b(${kinds.map((kind) => kind.replaceAll("_", "[-_]?")).join("|")})\\b`, "i");
  const knows = [...sourceFiles("viewer")].filter((path) => named.test(codeOf(path)));
  assertEquals(knows, ["viewer/lab/gaussian_latents.ts"]);
});

/** Words of one environment. */
const CAR = /wheel|\boff ?road\b|\bcar\b|CarRacing|\bsteer|\bgas\b|brake|\btracks?\b/i;

/** Files of `agents/` that may use those words, and why. */
const MAY_DRIVE: Record<string, string> = {
  "agents/attention/fields.ts": "an environment with pictures, by default",
  "agents/attention/presets.ts": "what differs by environment",
  "agents/offline/presets.ts": "what differs by environment",
  "agents/ppo/presets.ts": "what differs by environment",
  "agents/train_world_model/config.ts": "CarRacing-v3 is the environment by default",
  "agents/train_world_model/session_progress.ts": "reads older runs, which say offRoad",
};

Deno.test("general code of agents knows no environment's insides, nor how long its episodes are", () => {
  const known = [...sourceFiles("agents")].filter((path) => CAR.test(codeOf(path)));
  assertEquals(known.toSorted(), Object.keys(MAY_DRIVE));
  const lengths = [...sourceFiles("agents")].filter((path) => /\b250\b/.test(codeOf(path)));
  assertEquals(lengths, ["agents/train_world_model/config.ts"]); // CarRacing's, see environment_presets.ts
});

/** Names and insides of environments. */
const ENVIRONMENT =
  /Car(Racing|Traffic|Race)|car_(racing|traffic)|TakeCover|CartPole|\bwheels\b|\bsteer|\bgas\b|\bbrake|\bcars?\b/i;

/** Files of `viewer/page/` outside of `environments/<environment>/` that may use those words, and why. */
const MAY_NAME: Record<string, string> = {
  "viewer/page/environments/default_environment.ts": "where nothing else says which environment",
  "viewer/page/environments/environment_views.ts": "the list of what is special to environments",
};

Deno.test("general code of the viewer's page and lab knows no environment", () => {
  const known = ["viewer/page", "viewer/lab"].flatMap((folder) => [...sourceFiles(folder)])
    .filter((path) => !/^viewer\/page\/environments\/.+\//.test(path) && ENVIRONMENT.test(codeOf(path)));
  assertEquals(known.toSorted(), Object.keys(MAY_NAME));
});

Deno.test("findCircle() finds a circle where there is one", () => {
  const graph = (edges: Record<string, string[]>) => new Map(Object.entries(edges));
  assertEquals(findCircle(graph({ a: ["b", "c"], b: ["c"], c: [] })), undefined);
  assertEquals(findCircle(graph({ a: ["b"], b: ["c"], c: ["b"] })), ["b", "c", "b"]);
});

Deno.test("library code draws no unseeded randomness, reads no clock and prints nothing", () => {
  const wrong: string[] = [];
  for (const name of ["core", "envs", "generative", "worlds", "agents"]) {
    for (const path of sourceFiles(name)) {
      const code = codeOf(path);
      for (const call of ["Math.random(", "Date.now(", "performance.now(", "new Date()", "console."]) {
        if (code.includes(call)) wrong.push(`${path}: ${call}`);
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("what runs in the browser uses no Deno API and no file system", () => {
  const wrong: string[] = [];
  for (
    const path of ["generative/nn", "worlds", "viewer/page", "viewer/lab"].flatMap((f) => [...sourceFiles(f)])
  ) {
    const code = codeOf(path);
    if (/\bDeno\.|from "node:/.test(code)) wrong.push(path);
  }
  assertEquals(wrong, []);
});

Deno.test("the viewer draws no unseeded randomness and prints nothing", () => {
  const wrong: string[] = [];
  for (const path of sourceFiles("viewer")) {
    const code = codeOf(path);
    for (const call of ["Math.random(", "console."]) if (code.includes(call)) wrong.push(`${path}: ${call}`);
  }
  assertEquals(wrong, []);
});

Deno.test("no source file is longer than 400 lines", () => {
  const long: string[] = [];
  for (const name of Object.keys(MAY_IMPORT)) {
    for (const path of sourceFiles(name)) {
      const lines = Deno.readTextFileSync(root + path).split("\n").length;
      if (lines > 400) long.push(`${path}: ${lines}`);
    }
  }
  assertEquals(long, []);
});
