import { CONDITIONAL_WGAN_GP } from "../../../../generative/gans/conditional_wgan_gp_kind.ts";
import type { ModelKind } from "../../../../generative/models/model.ts";
import { longTest } from "../../../support/long_tests.ts";
import { acceptKinds, checkSmall } from "./accept_kinds.ts";

acceptKinds("gans");

longTest(
  "checkModel accepts models that measure how far samples are from data, after a kill as well",
  async () => {
    await checkSmall(CONDITIONAL_WGAN_GP as unknown as ModelKind, { epochSteps: 4, distanceSamples: 20 });
  },
);
