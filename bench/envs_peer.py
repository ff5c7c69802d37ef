"""The peer of bench/envs.ts: Gymnasium's CarRacing-v3 driven by the same actions on the same tracks, as JSON.

Reads `[{"seed": ..., "actions": [[steer, gas, brake], ...]}, ...]` from standard input;
the argument is how many seconds to repeat them for. What counts is processor time.
"""

import json
import os
import sys
import time

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import numpy as np
from gymnasium.envs.box2d.car_racing import CarRacing

seconds = float(sys.argv[1])
drives = json.load(sys.stdin)


def measure(env):
    """Steps a second and milliseconds a reset over the drives, in the fastest of the rounds."""
    steps = sum(len(drive["actions"]) for drive in drives)
    best_stepping = best_resetting = float("inf")
    end = time.process_time() + seconds
    while time.process_time() < end:
        stepping = resetting = 0.0
        for drive in drives:
            actions = [np.array(action, dtype=np.float32) for action in drive["actions"]]
            start = time.process_time()
            env.reset(seed=drive["seed"])
            ready = time.process_time()
            for action in actions:
                env.step(action)
            resetting += ready - start
            stepping += time.process_time() - ready
        best_stepping = min(best_stepping, stepping)
        best_resetting = min(best_resetting, resetting)
    return {"steps": steps / best_stepping, "reset": 1000 * best_resetting / len(drives)}


results = {"frames": measure(CarRacing(render_mode=None))}
bare = CarRacing(render_mode=None)
bare._render = lambda mode: None
results["bare"] = measure(bare)
print(json.dumps(results))
