import { decodeSafetensors } from "../../generative/train/safetensors.ts";
import { checkRunConfig } from "../../generative/train/run_config.ts";
import { runKind } from "../../generative/train/run_kind.ts";
import type { Lab, LabBackend, ModelCard, RunFiles } from "./lab.ts";
import {
  type Driver,
  modelKind,
  type OpenedModel,
  type OpenedWorld,
  type Pause,
  type RunContent,
  type RunningAgent,
} from "./model_kinds.ts";
import { Shelf } from "./shelf.ts";
import "./agents.ts";
import "./generative_models.ts";
import "./train_world_model.ts";

/** What {@link createLab} builds on. */
export interface LabOptions {
  /** Where it computes. */
  place: LabBackend["place"];
  /** Starts tfjs's backend; called once, before the first model is opened. */
  start(): Promise<Omit<LabBackend, "place">>;
}

/** A lab that computes by tfjs. Works in a browser's worker and in Deno. */
export function createLab({ place, start }: LabOptions): Lab {
  const models = new Shelf<{ model: OpenedModel; card: ModelCard; dispose(): void }>("model");
  const agents = new Shelf<Running<RunningAgent>>("agent");
  let backend: Promise<LabBackend> | undefined;
  const started = () =>
    backend ??= start().then((report) => ({ place, ...report })).catch((error) => {
      backend = undefined; // another call may try again
      throw error;
    });

  const askWorld = <R>(id: number, use: (world: OpenedWorld) => R | Promise<R>) =>
    models.use(id, ({ model: { world }, card }) => {
      if (world) return use(world);
      throw new TypeError(`Cannot dream with "${card.name}": a ${card.kind} is not a world model`);
    });

  const askDriver = <R>(id: number, use: (driver: Driver) => R | Promise<R>) =>
    models.use(id, ({ model: { driver }, card }) => {
      if (driver) return use(driver);
      throw new TypeError(`Cannot drive with "${card.name}": a ${card.kind} has no agent`);
    });

  /** Works with an agent; its model stays open meanwhile. */
  const work = <T, R>(shelf: Shelf<Running<T>>, id: number, use: (thing: T) => Promise<R>) =>
    shelf.use(id, ({ thing, model }) => models.use(model, () => use(thing)));

  return {
    backend: started,
    async open(run) {
      await started();
      const content = readRun(run);
      const kind = modelKind(runKind(run.config), run.name);
      const id = models.reserve();
      let opened = false;
      const pause: Pause = async () => {
        await new Promise((resolve) => setTimeout(resolve));
        if (opened && !models.has(id)) {
          throw new Error(`Cannot continue with "${run.name}": its model was closed`);
        }
      };
      const model = await kind.open(content, pause);
      const card = describe(model, { id, kind: kind.kind, content });
      models.put(id, { model, card, dispose: () => model.dispose() });
      opened = true;
      return card;
    },
    close(model) {
      agents.closeWhere((held) => held.model === model);
      models.close(model);
      return Promise.resolve();
    },
    async *ask(id, ability, inputs) {
      using held = models.hold(id);
      const { model, card } = held.thing;
      const known = model.abilities.find((known) => known.id === ability);
      if (!known) throw new TypeError(`Cannot ${ability} with "${card.name}": a ${card.kind} cannot`);
      yield* known.ask(inputs);
    },
    follow: (model, request) => askWorld(model, (world) => world.follow(request)),
    dream: (model, request) => askWorld(model, (world) => world.dream(request)),
    explain: (model, request) => askWorld(model, (world) => world.explain(request)),
    drive: (model, options) => askDriver(model, (driver) => driver.drive(options)),
    startAgent: (model, acting) =>
      askDriver(model, (driver) => agents.add(running(driver.wake(acting), model))),
    decide: (agent, shown) => work(agents, agent, (awake) => awake.decide(shown)),
    stopAgent: (agent) => Promise.resolve(agents.close(agent)),
  };
}

/** An agent, and the model that it belongs to. */
interface Running<T> {
  thing: T;
  model: number;
  dispose(): void;
}

function running<T extends { dispose(): void }>(thing: T, model: number): Running<T> {
  return { thing, model, dispose: () => thing.dispose() };
}

/** @throws SyntaxError for what cannot be read, Error for another version or no checkpoint. */
function readRun({ name, config: content, groups, examples }: RunFiles): RunContent {
  const { config } = checkRunConfig(content, `"config.json" of ${name}`);
  const found = Object.entries(groups);
  if (found.length === 0) {
    throw new Error(`Cannot open the model of "${name}": expected a checkpoint, got none`);
  }
  const files = found.map(([group, bytes]) =>
    [group, decodeSafetensors(bytes, `${group} of ${name}`)] as const
  );
  return {
    name,
    config,
    arrays: Object.fromEntries(files.map(([group, { arrays }]) => [group, arrays])),
    metadata: Object.fromEntries(files.map(([group, { metadata }]) => [group, metadata])),
    examples: examples ? decodeSafetensors(examples, `examples of ${name}`).arrays : {},
  };
}

function describe(
  { card, abilities, driver, world }: OpenedModel,
  { id, kind, content: { name, arrays } }: { id: number; kind: string; content: RunContent },
): ModelCard {
  const count = (group: RunContent["arrays"][string]) =>
    Object.values(group).reduce((sum, { data }) => sum + data.length, 0);
  return {
    ...card,
    id,
    kind,
    name,
    parameters: Object.fromEntries(Object.entries(arrays).map(([group, all]) => [group, count(all)])),
    abilities: abilities.map(({ ask: _ask, ...ability }) => ability),
    driver: driver?.card,
    world: world?.card,
  };
}
