import * as tf from "@tensorflow/tfjs";
import { fields } from "../../core/fields/field.ts";
import { pointBatch } from "../data/point_tensors.ts";
import type { GenerativeModel } from "../models/model.ts";
import { type DrawRequest, sampler, samplingFields } from "../models/sampler.ts";
import { normal, seedTensor } from "../runtime/mod.ts";
import type { Optimiser } from "../train/adamw.ts";
import type { Model } from "../train/model.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import { explorePointFlow } from "./explore_point_flow.ts";
import { logDensity, type PointFlow } from "./flow.ts";

/** What {@link pointFlow} is told beside the flow. */
export interface PointFlowOptions {
  /** The optimiser of all parameters. */
  optimiser: Optimiser;
  /** The same flow in smaller steps, of which a film is made. @default none is made */
  film?: PointFlow;
}

/** What samples can be asked for. */
const POINT_OPTIONS = fields({
  temperature: samplingFields.temperature(
    "Multiplies the latents: 1 draws points as they are distributed, less draws the more typical ones.",
  ),
});

/** A flow as a model that learns from points in the plane, `{ points: [B, 2] }`; its loss is in nats a point. */
export function pointFlow(flow: PointFlow, { optimiser, film }: PointFlowOptions): GenerativeModel {
  const model = {
    parameters: flow.parameters,
    loss: (parameters, { points }) => ({ loss: logDensity(flow, parameters, points).mean().neg() }),
  } satisfies Model;
  return {
    parameters: flow.parameters,
    begin: (_, random) => initialiseTrainState(model, optimiser, random),
    createStep: (options) => createTrainStep(model, optimiser, options),
    batch: (data, { indices }) => ({ points: pointBatch(data, indices) }),
    measure: (parameters, batch) => model.loss(parameters, batch),
    ...sampler(POINT_OPTIONS, async (parameters, request) => {
      const points = tf.tidy(() => flow.generate(parameters, drawLatents(request)));
      const values = await points.data();
      points.dispose();
      return { kind: "points", points: Float32Array.from(values) };
    }, {
      async *sampleSteps(parameters, request) {
        const path = tf.tidy(() => (film ?? flow).path(parameters, drawLatents(request)));
        try {
          for (const [step, places] of path.entries()) {
            yield { step, samples: { kind: "points", points: Float32Array.from(await places.data()) } };
          }
        } finally {
          tf.dispose(path);
        }
      },
    }),
    plane: { logDensity: (parameters, points) => logDensity(flow, parameters, points) },
    epochSamples: 1000,
    explore: (context) => explorePointFlow(flow, { ...context, film }),
  };
}

/** Where samples start, `[count, 2]`. */
function drawLatents(
  { count, random, options: { temperature } }: DrawRequest<typeof POINT_OPTIONS.defaults>,
): tf.Tensor {
  return normal([count, 2], seedTensor(random.seedPair())).mul(temperature);
}
