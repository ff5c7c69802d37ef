import { LEARNER_KINDS } from "../../agents/kinds.ts";
import { NothingToShow, registerModelKind } from "./model_kinds.ts";

for (const { name: kind } of LEARNER_KINDS) {
  registerModelKind({
    kind,
    open({ name }) {
      throw new NothingToShow(
        `${name} is an agent without a world model: Watch plays the episodes that it recorded, and Runs shows its curves.`,
      );
    },
  });
}
