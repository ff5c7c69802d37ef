import type * as tf from "@tensorflow/tfjs";
import type { Config, FieldTable } from "../../core/fields/field.ts";
import type { Piece } from "../../core/music/piece.ts";
import type { Picture } from "../../core/pictures/picture.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Dataset, DataShape } from "../data/dataset.ts";
import type { Module, NamedTensors, ParameterSpecs } from "../nn/parameters.ts";
import type { TrainState } from "../train/model.ts";
import type { TrainStep, TrainStepOptions } from "../train/train_step.ts";
import type { ModelConfig } from "./model_fields.ts";

/** What {@link GenerativeModel.sample} is asked for. */
export interface SampleRequest {
  /** Number of samples. */
  count: number;
  /** The only source of chance. */
  random: RandomStream;
  /** Options of {@link GenerativeModel.sampling} that differ from their defaults. @default none */
  options?: Config;
  /** Hears what there is to say of the request. */
  onEvent?: (event: SampleEvent) => void;
}

/** What sampling reports: something about the request that is good to know, in a sentence. */
export interface SampleEvent {
  /** Not an error. */
  type: "note";
  /** The sentence. */
  text: string;
}

/** Samples of a model. */
export type Samples =
  | { kind: "pictures"; pictures: Picture[] }
  | { kind: "text"; texts: string[] }
  | { kind: "points"; points: Float32Array }
  | { kind: "music"; pieces: Piece[] };

/** Samples in the making, after some steps. */
export interface SamplingMoment {
  /** Steps that are done. */
  step: number;
  /** The samples as they are by now, all of them in every moment. */
  samples: Samples;
  /** What they are foreseen to become, by models that foresee it: the `x_0` of a diffusion model. */
  foreseen?: Samples;
}

/** A token that was written, or read in a prompt. */
export interface WrittenToken {
  /** What it says, with the space before it where there is one: a text is its tokens, one after the other. */
  text: string;
  /** How probable it was after those before it, as the model sees it at temperature 1; missing for the first. */
  probability?: number;
  /** The likeliest tokens in its place, likeliest first, itself perhaps among them. */
  alternatives?: readonly { text: string; probability: number }[];
}

/** What a model of texts looks back at before it chooses the token behind a text. */
export interface TextAttention {
  /** What it reads, token by token, `[N]`: one after the other they are the text, or as much of its end as it sees. */
  tokens: readonly string[];
  /** How much each head of each layer looks at each token, `[heads, N]` a layer; a head's shares add up to 1. */
  layers: readonly Float32Array[];
  /** The likeliest tokens to come, likeliest first, as the model sees it at temperature 1. */
  next: readonly {
    /** What the token adds to the text; missing for the one that ends it. */
    text?: string;
    probability: number;
  }[];
}

/** Pictures that follow each other, all of one size. */
export interface Film {
  /** One at least. */
  frames: readonly Picture[];
  /** Pictures a second, 50 at most. */
  fps: number;
}

/** Something to look at: becomes a file in the run's `samples/`. */
export interface Artifact {
  /** The file's name without its ending: `latent_grid`. */
  name: string;
  /** One sentence on what to see in it. */
  caption: string;
  /**
   * A picture (PNG), pictures that follow each other (GIF), an SVG drawing, text, or music: a sheet of piano rolls (PNG)
   * and each piece as a MIDI and a WAV file.
   */
  content: Picture | Film | { svg: string } | { text: string } | { pieces: readonly Piece[] };
}

/** What {@link GenerativeModel.explore} works with. */
export interface ExploreContext {
  /** The learned parameters, the caller's. */
  parameters: NamedTensors;
  /** Data that was not learned from. */
  data: Dataset;
  /** Loads the data that was learned from. */
  learned(): Promise<Dataset>;
  /** The only source of chance. */
  random: RandomStream;
}

/** Which examples {@link GenerativeModel.batch} is made of, and what for. */
export interface BatchRequest {
  /** `[B]`, places in the data. */
  indices: ArrayLike<number>;
  /**
   * The step that learns from them, 0 for the first, and a stream of its own: for crops, flips and fades. Missing where
   * examples are measured, which are taken as they are.
   */
  training?: { step: number; random: RandomStream };
}

/**
 * A model at work: parameters, and pure functions of them. Those that run in the browser as well (encode, decode)
 * use no Deno.
 */
export interface GenerativeModel {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /**
   * The state that training starts from; without {@link GenerativeModel.createStep}, the best parameters, fitted at once.
   *
   * @param data What will be learned from.
   * @param options `signal`: stops a fit that takes long, which then fails with its reason.
   * @returns Tensors that belong to the caller.
   */
  begin(
    data: Dataset,
    random: RandomStream,
    options?: { signal?: AbortSignal },
  ): TrainState | Promise<TrainState>;
  /** The tensors of some examples; they belong to the caller. */
  batch(data: Dataset, request: BatchRequest): NamedTensors;
  /**
   * One step of training, compiled when it is first run; missing for models that `begin` fits at once.
   *
   * @param options How many mini-batches make an update, for models with `accumulate` among their options.
   */
  createStep?(options?: Pick<TrainStepOptions, "accumulate">): TrainStep;
  /**
   * What is measured on a batch that was not learned from; pure. A scalar is a mean over the batch's examples; a pair
   * `[sum, count]` is a mean over something else, such as words, and the measure of all data is the sum of all batches
   * over the count of all.
   */
  measure(parameters: NamedTensors, batch: NamedTensors, seed: tf.Tensor): NamedTensors;
  /**
   * Makes something new, see {@link sampler}.
   *
   * @throws RangeError or TypeError for an option that {@link GenerativeModel.sampling} does not have, or a value that it
   * does not take.
   */
  sample?(parameters: NamedTensors, request: SampleRequest): Promise<Samples>;
  /**
   * Draws samples as `sample` does, and shows them on their way: first where they start, last as they are. What is drawn
   * may differ from `sample` for the same seed, not in how good it is.
   *
   * @throws As {@link GenerativeModel.sample}.
   */
  sampleSteps?(parameters: NamedTensors, request: SampleRequest): AsyncIterable<SamplingMoment>;
  /**
   * Writes the texts of `sample` token by token, prompts first: a token for each text, `[count]`, undefined for texts that
   * have ended.
   *
   * @throws As {@link GenerativeModel.sample}.
   */
  write?(parameters: NamedTensors, request: SampleRequest): AsyncIterable<(WrittenToken | undefined)[]>;
  /**
   * What is looked at, and expected, behind a text; of models of texts with attention.
   *
   * @throws RangeError for a text of nothing, or with words or characters that the vocabulary lacks.
   */
  attend?(parameters: NamedTensors, text: string): Promise<TextAttention>;
  /** What `sample` can be asked for: flags of `deno task sample`, its help and the viewer's controls are made of it. */
  readonly sampling?: FieldTable;
  /** Of a conditional model: what its sampling option `label` may be. */
  readonly labels?: readonly string[];
  /** How often each of `labels` comes in data, in shares of 1. */
  labelShares?(data: Dataset): number[];
  /**
   * What pictures are to a model that cannot tell all of their shades apart: its samples are compared with such ones.
   *
   * @default their own bytes
   */
  readonly preparation?: PicturePreparation;
  /** Samples that are drawn after every epoch. @default 25 */
  readonly epochSamples?: number;
  /** What tells a better epoch, the lower: the `loss` that is measured, or the Fréchet distance of samples. @default "loss" */
  readonly criterion?: "loss" | "distance";
  /** The model's own pictures: its latent space, its probabilities, what it pays attention to. */
  explore?(context: ExploreContext): AsyncGenerator<Artifact>;
  /** Where it has latents: what a viewer needs to show them. */
  readonly latents?: LatentAccess;
  /** Of a model for points in the plane: what a viewer needs to show it. */
  readonly plane?: PlaneAccess;
  /** Of a classifier: pictures `[B, H, W, C]`, 0 .. 1, to the probability of each class of its data, `[B, K]`. */
  classify?(parameters: NamedTensors, pictures: tf.Tensor): tf.Tensor;
}

/** What a model knows of points in the plane: one of the two. */
export interface PlaneAccess {
  /** Points `[B, 2]` to their log density, in nats, `[B]`. */
  logDensity?(parameters: NamedTensors, points: tf.Tensor): tf.Tensor;
  /** Points `[B, 2]` to the gradient of the log density there, `[B, 2]`, by models that have no density. */
  score?(parameters: NamedTensors, points: tf.Tensor): tf.Tensor;
}

/** What a model makes of pictures before it learns from them, as bytes again. */
export interface PicturePreparation {
  /** For the names of measures: `4-levels`. */
  name: string;
  /** Any number of bytes, 0 .. 255. */
  apply(pictures: Uint8Array): Uint8Array;
}

/** Latents of a model for pictures. */
export interface LatentAccess {
  /** Numbers in a latent, Z. */
  readonly size: number;
  /** Pictures `[B, H, W, C]`, 0 .. 1, to latents `[B, Z]`, with their spread where there is one; missing for models that only decode. */
  encode?(parameters: NamedTensors, pictures: tf.Tensor): { mu: tf.Tensor; logVar?: tf.Tensor };
  /** Latents `[B, Z]` to pictures `[B, H, W, C]`, 0 .. 1. */
  decode(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor;
}

/** A run of another kind that a kind is built on, such as the autoencoder of a model of latents. */
export interface PartSpec {
  /** What it has to be, in words that help and errors use: "an autoencoder of pictures". */
  wanted: string;
  /** Whether a run is that, by its model and the kind of it. */
  fits(model: GenerativeModel, kind: ModelKind): boolean;
  /** A kind whose models fit: advice names it, and `checkModel` makes an untrained part of it. */
  // deno-lint-ignore no-explicit-any -- of any configuration
  example: ModelKind<any>;
}

/** What a checkpoint keeps of a part beside its parameters: enough to make its model again. */
export interface PartSource {
  /** The name of its kind. */
  model: string;
  /** Its configuration. */
  config: Config;
  /** The shape of what it learned from. */
  data: DataShape;
  /** Steps that it learned for. */
  step: number;
  /** Its own parts by name. */
  parts: Readonly<Record<string, PartSource>>;
}

/** A trained model within another one. Its parameters are among those of the whole, frozen. */
export interface Part extends Module {
  /** What `parts` of the kind calls it. */
  readonly name: string;
  /** Its parameters by the names that they have in the whole, `autoencoder/encoder/conv1/kernel`; they start as learned. */
  readonly parameters: ParameterSpecs;
  /** Its model, which takes what {@link Part.own} returns as its parameters. */
  readonly model: GenerativeModel;
  /** Where it comes from. */
  readonly source: PartSource;
  /** Its parameters among those of the whole, by the names that its model gives them. */
  own(parameters: NamedTensors): NamedTensors;
}

/** Parts by name. */
export type Parts = Readonly<Record<string, Part>>;

/** Families, in the order of the book. */
export const FAMILIES = [
  "first steps",
  "classifiers",
  "autoencoders",
  "adversarial networks",
  "autoregressive models",
  "normalising flows",
  "energy-based models",
  "diffusion models",
  "transformers",
  "music",
] as const;

/** What a model's page in `docs/models/` shows; its text is `NAME.md` beside the kind. */
export interface ModelPage {
  /** Names of the losses whose curves it shows. @default loss */
  losses?: readonly string[];
  /** Names of the {@link Artifact}s that it shows. @default the first four */
  pictures?: readonly string[];
}

/** What is published of a model's size. */
export interface PublishedSize {
  /** Numbers that gradients change, of the preset `book`. */
  parameters: number;
  /** The data that they are counted for. */
  data: DataShape;
  /** Where it is published, or what counted it. */
  source: string;
}

/** A model that can be trained by name: what `deno task models` lists. */
export interface ModelKind<C extends ModelConfig = ModelConfig> {
  /** The name that commands take, such as `vae-fashion`. */
  name: string;
  /** "Variational autoencoder on Fashion-MNIST". */
  title: string;
  /** The family of the model. */
  family: typeof FAMILIES[number];
  /** Chapter of *Generative Deep Learning* (2nd edition). */
  chapter: number;
  /** Authors, year and title of the paper. */
  paper: string;
  /** What its page shows, beside its text. @default the loss, and the first four pictures */
  page?: ModelPage;
  /** The options of the model. */
  fields: FieldTable<C>;
  /**
   * `default` (fifteen minutes on two cores at most), `book` (the book's), `smoke` (seconds), and `hour` for models that
   * get much better in an hour.
   */
  presets: Readonly<Record<"default" | "book" | "smoke", C> & { hour?: C }>;
  /** Its published size, which `checkModel` counts. @default nothing is published */
  published?: PublishedSize;
  /**
   * The runs of other kinds that it is built on, by name; each has a field of its name, `modelFields.part`. The run keeps
   * copies of their parameters: it stands alone.
   *
   * @default none
   */
  parts?: Readonly<Record<string, PartSpec>>;
  /**
   * Builds it; nothing is computed yet.
   *
   * @param parts One for each of {@link ModelKind.parts}; their parameters are to be among the model's, see
   * `collectParameters`.
   * @throws RangeError or TypeError when data or parts do not fit.
   */
  create(config: C, data: DataShape, parts?: Parts): GenerativeModel;
}
