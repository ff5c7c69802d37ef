import * as v from "valibot";
import { field, fields, type FieldTable } from "../../core/fields/field.ts";
import type { Config } from "../../core/fields/field.ts";
import { planeExtent } from "../../core/pictures/plane_picture.ts";
import { RandomStream } from "../../core/random_stream.ts";
import type { DataShape } from "../../generative/data/dataset.ts";
import type { GenerativeModel, Samples } from "../../generative/models/model.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { type OpenedAbility, sampleAbility } from "./abilities.ts";
import type {
  Channel,
  ChannelKind,
  NotesChannel,
  PicturesChannel,
  PointsChannel,
  TokensChannel,
} from "./channels.ts";
import type { Pause, RunContent } from "./model_kinds.ts";
import { PlaneMap } from "./plane_map.ts";

/** Samples that are drawn at once. */
const BLOCK = { pictures: 16, text: 16, points: 10_000, music: 4 } as const;
/** Samples that are asked for unless the reader says otherwise, and at most. */
const COUNTS = {
  pictures: { standard: 16, most: 64 },
  text: { standard: 2, most: 16 },
  points: { standard: 1000, most: 10_000 },
  music: { standard: 2, most: 8 },
} as const;
const CHANNELS: Record<DataShape["kind"], ChannelKind> = {
  pictures: "pictures",
  text: "tokens",
  points: "points",
  music: "notes",
};

/** What {@link samplesAbility} builds on. */
export interface SamplesOptions {
  model: GenerativeModel;
  /** They stay the caller's. */
  parameters: NamedTensors;
  shape: DataShape;
  examples: RunContent["examples"];
  pause: Pause;
}

/**
 * The ability of a generative model to draw samples: texts token by token where it can tell them, a film of the samples
 * in the making where it can show that, points over what it knows of the plane.
 */
export function samplesAbility({ model, parameters, shape, examples, pause }: SamplesOptions): OpenedAbility {
  const data = examples.points?.data as Float32Array | undefined;
  const map = shape.kind === "points" && model.plane && new PlaneMap(model.plane, parameters, pause);
  const film = field(v.boolean(), "Show the samples in the making, step by step.", true);
  let extent = data && planeExtent(data);

  function channelOf(samples: Samples): PicturesChannel | PointsChannel | TokensChannel | NotesChannel {
    switch (samples.kind) {
      case "pictures":
        return picturesChannel(samples);
      case "text":
        return { kind: "tokens", name: "Texts", texts: samples.texts.map((text) => [{ text }]) };
      case "music":
        return { kind: "notes", name: "Music", pieces: samples.pieces };
      case "points":
        extent ??= planeExtent(samples.points);
        return {
          kind: "points",
          name: "Points",
          extent,
          points: samples.points.slice(),
          data: data?.slice(),
        };
    }
  }

  async function* drawFilm(request: { count: number; random: RandomStream; options: Config }) {
    let last: Samples | undefined;
    for await (const { step, samples, foreseen } of model.sampleSteps!(parameters, firstBlock(request))) {
      const label = `step ${step}`;
      for (const [name, shown] of [["Film", samples], ["Foreseen", foreseen]] as const) {
        const content = shown && channelOf(shown);
        if (content?.kind === "pictures" || content?.kind === "points") {
          yield { kind: "film", name, frames: [{ label, content }] } satisfies Channel;
        }
      }
      last = samples;
      await pause();
    }
    if (last?.kind === "points") yield channelOf(last); // what is known of the plane comes with it
  }

  async function* drawBlocks(
    { count, random, options }: { count: number; random: RandomStream; options: Config },
  ) {
    const block = BLOCK[shape.kind];
    for (let done = 0; done < count; done += block) {
      if (done > 0) await pause();
      const some = { count: Math.min(block, count - done), random: random.fork(done / block), options };
      yield channelOf(await model.sample!(parameters, some));
    }
  }

  async function* write(request: { count: number; random: RandomStream; options: Config }) {
    for await (const tokens of model.write!(parameters, firstBlock(request))) {
      const texts = tokens.map((token) => token ? [token] : []);
      yield { kind: "tokens", name: "Texts", texts } satisfies Channel;
      await pause();
    }
  }

  return sampleAbility({
    sampling: fields({
      ...(model.sampling as FieldTable).entries,
      ...model.sampleSteps && { film },
    }) as unknown as FieldTable,
    count: COUNTS[shape.kind],
    outputs: [CHANNELS[shape.kind], ...model.sampleSteps ? ["film" as const] : []],
    async *draw({ count, seed, options: { film, ...options } }) {
      const request = { count, random: new RandomStream(seed).fork("sample"), options };
      const draw = model.write ? write : film ? drawFilm : drawBlocks;
      let last: PointsChannel | undefined;
      for await (const channel of draw(request)) {
        if (channel.kind === "points") last = structuredClone(channel); // what was given is gone
        yield channel;
      }
      if (map && last) yield { ...last, ...await map.look(last.extent) };
    },
  });
}

/** A request as one block: samples are the same whether they are shown in the making or not, as far as the model can. */
function firstBlock<R extends { random: RandomStream }>(request: R): R {
  return { ...request, random: request.random.fork(0) };
}

function picturesChannel({ pictures }: Extract<Samples, { kind: "pictures" }>): PicturesChannel {
  const { height, width } = pictures[0];
  const length = height * width * 3;
  const data = new Uint8Array(pictures.length * length);
  pictures.forEach((picture, i) => data.set(picture.data, i * length));
  return { kind: "pictures", name: "Samples", size: [height, width], data };
}
