import * as v from "valibot";
import { type Config, field, type FieldTable } from "../../core/fields/field.ts";
import { count, share } from "../../core/fields/value_schemas.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { checkConfig } from "../train/resolve_config.ts";
import type { GenerativeModel, SampleRequest, Samples, SamplingMoment, WrittenToken } from "./model.ts";

/** A {@link SampleRequest} with a value for every option of a model. */
export interface DrawRequest<O> extends Pick<SampleRequest, "count" | "random" | "onEvent"> {
  /** The options by name. */
  options: O;
}

/** How a model shows its samples in the making, where it can; every option has a value that its field takes. */
export interface SamplerViews<O> {
  /** See {@link GenerativeModel.sampleSteps}. */
  sampleSteps?(parameters: NamedTensors, request: DrawRequest<O>): AsyncIterable<SamplingMoment>;
  /** See {@link GenerativeModel.write}. */
  write?(parameters: NamedTensors, request: DrawRequest<O>): AsyncIterable<(WrittenToken | undefined)[]>;
}

/**
 * What makes a model one that draws samples: its options and the functions that heed them, to be spread into the model.
 * Another option is another field of the table.
 *
 * @param sampling The options. They may depend on configuration and data: the labels, the default prompt.
 * @param draw Draws; every option has a value that its field takes.
 * @param views The same samples in the making.
 */
export function sampler<O>(
  sampling: FieldTable<O>,
  draw: (parameters: NamedTensors, request: DrawRequest<NoInfer<O>>) => Promise<Samples>,
  views: SamplerViews<NoInfer<O>> = {},
): Required<Pick<GenerativeModel, "sample" | "sampling">> & Pick<GenerativeModel, "sampleSteps" | "write"> {
  const choose = ({ options, ...request }: SampleRequest): DrawRequest<O> => ({
    ...request,
    options: sampleOptions(sampling, options),
  });
  return {
    sampling: sampling as unknown as FieldTable,
    sample: async (parameters, request) => await draw(parameters, choose(request)),
    ...views.sampleSteps && {
      async *sampleSteps(parameters: NamedTensors, request: SampleRequest) {
        yield* views.sampleSteps!(parameters, choose(request));
      },
    },
    ...views.write && {
      async *write(parameters: NamedTensors, request: SampleRequest) {
        yield* views.write!(parameters, choose(request));
      },
    },
  };
}

/** The given options, checked, with the defaults of the others. @throws RangeError or TypeError naming the option. */
function sampleOptions<O>(sampling: FieldTable<O>, given: Config = {}): O {
  return checkConfig(sampling, { ...sampling.defaults, ...given });
}

/** Sampling options that several models have. */
export const samplingFields = {
  /** @param help What it does. */
  temperature: (help: string, value = 1) =>
    field(v.pipe(v.number(), v.minValue(0), v.maxValue(2)), help, value),
  /** @param what What is drawn: "tokens". */
  topK: (what: string) =>
    field(count(0), `Draw only from so many of the likeliest ${what}. 0 draws from all.`, 0),
  /** @param what What is drawn: "tokens". */
  topP: (what: string) =>
    field(share, `Draw only from the likeliest ${what} that together have this share. 1 draws from all.`, 1),
};
