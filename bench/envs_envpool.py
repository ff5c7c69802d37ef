"""Another peer of bench/envs.ts: EnvPool's vectors, many environments over threads of C++, as JSON.

Reads `{"ids": [...], "count": N, "threads": [1, 2, 4]}` from standard input; the argument is how many seconds each
measurement takes. What counts is the clock on the wall, as for the lab's own vectors.
"""

import json
import sys
import time

import envpool
import numpy as np

WARM_UP = 1.0

seconds = float(sys.argv[1])
request = json.load(sys.stdin)
count = request["count"]


def measure(name, threads):
    """Random steps a second of all environments together, resets included."""
    pool = envpool.make(name, env_type="gymnasium", num_envs=count, num_threads=threads, seed=1)
    pool.action_space.seed(1)
    actions = [np.stack([pool.action_space.sample() for _ in range(count)]) for _ in range(100)]
    pool.reset()

    def rate_over(duration):
        steps = 0
        start = time.perf_counter()
        while time.perf_counter() - start < duration:
            pool.step(actions[steps % len(actions)])
            steps += 1
        return steps * count / (time.perf_counter() - start)

    rate_over(WARM_UP)
    rate = rate_over(seconds)
    pool.close()
    return rate


known = [name for name in request["ids"] if name in envpool.list_all_envs()]
rates = {name: [measure(name, threads) for threads in request["threads"]] for name in known}
print(json.dumps({"version": envpool.__version__, "rates": rates}))
