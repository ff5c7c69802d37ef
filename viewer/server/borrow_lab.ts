import type { Lab } from "../lab/lab.ts";

/** A lab that several share, as one of them sees it. */
export interface BorrowedLab {
  /** The lab; it knows only what was opened through it. */
  lab: Lab;
  /** Frees what is still open. */
  release(): Promise<void>;
}

/** Lends a lab: models and agents belong to the borrower, and go when it goes. */
export function borrowLab(lab: Lab): BorrowedLab {
  const [models, agents] = [new Set<number>(), new Set<number>()];
  let released = false;
  const own = (kind: string, known: Set<number>, id: number): number => {
    if (!known.has(id)) throw new RangeError(`Cannot find the ${kind} ${id}: expected one that is open`);
    return id;
  };
  /** Keeps the id of what was made; it goes at once when the borrower went meanwhile. */
  const keep = async (known: Set<number>, id: number, free: (id: number) => Promise<void>): Promise<void> => {
    if (!released) known.add(id);
    else await free(id);
  };
  const model = (id: number) => own("model", models, id);
  const agent = (id: number) => own("agent", agents, id);
  const close = (id: number) => lab.close(id);
  const stopAgent = (id: number) => lab.stopAgent(id);
  return {
    lab: {
      backend: () => lab.backend(),
      async open(run) {
        const card = await lab.open(run);
        await keep(models, card.id, close);
        return card;
      },
      async close(id) {
        await close(model(id));
        models.delete(id);
      },
      async *ask(id, ability, inputs) {
        yield* lab.ask(model(id), ability, inputs);
      },
      follow: async (id, request) => await lab.follow(model(id), request),
      dream: async (id, request) => await lab.dream(model(id), request),
      explain: async (id, request) => await lab.explain(model(id), request),
      drive: async (id, options) => await lab.drive(model(id), options),
      async startAgent(id, acting) {
        const started = await lab.startAgent(model(id), acting);
        await keep(agents, started, stopAgent);
        return started;
      },
      decide: async (id, shown) => await lab.decide(agent(id), shown),
      async stopAgent(id) {
        await stopAgent(agent(id));
        agents.delete(id);
      },
    },
    async release() {
      released = true;
      const all = [
        ...[...agents].map(stopAgent),
        ...[...models].map(close),
      ];
      await Promise.allSettled(all); // the lab itself may be gone
      for (const known of [models, agents]) known.clear();
    },
  };
}
