"""The peer of bench/envs.ts: Gymnasium's CarRacing-v3 driven by the same actions on the same tracks, and random steps
of the other environments that it has, as JSON.

Reads `{"drives": [{"seed": ..., "actions": [[steer, gas, brake], ...]}, ...], "ids": [...]}` from standard input;
the argument is how many seconds each measurement takes. What counts is processor time.
"""

import json
import os
import sys
import time

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import gymnasium
import numpy as np
from gymnasium.envs.box2d.car_racing import CarRacing

seconds = float(sys.argv[1])
request = json.load(sys.stdin)
drives = request["drives"]


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


def measure_random(name, pixels):
    """Random steps a second, resets included, with a picture of each or without."""
    env = gymnasium.make(name, render_mode="rgb_array" if pixels else None, disable_env_checker=True)
    draw = pixels and len(env.observation_space.shape) == 1
    env.action_space.seed(1)
    actions = [env.action_space.sample() for _ in range(1000)]
    steps = 0
    env.reset(seed=1)
    start = time.process_time()
    while time.process_time() - start < seconds:
        for action in actions[steps % 1000 : steps % 1000 + 50]:
            _, _, terminated, truncated, _ = env.step(action)
            if draw:
                env.render()
            if terminated or truncated:
                env.reset()
            steps += 1
    rate = steps / (time.process_time() - start)
    env.close()
    return rate


results = {"frames": measure(CarRacing(render_mode=None))}
bare = CarRacing(render_mode=None)
bare._render = lambda mode: None
results["bare"] = measure(bare)
# CarRacing draws in every step, its bare rate is the one above.
known = [name for name in request["ids"] if name in gymnasium.registry and not name.startswith("CarRacing")]
results["random"] = {
    name: {"bare": measure_random(name, False), "pixels": measure_random(name, True)} for name in known
}
print(json.dumps(results))
