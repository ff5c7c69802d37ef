"""Drives Gymnasium's own CarRacing-v3 with the controller of a run, to see what its scores are worth there.

    python bench/gymnasium_drive.py RUN --seeds 0-29 [--deno deno]

Needs `gymnasium[box2d]` and numpy. The controller runs in `deno task evaluate RUN --serve-gymnasium`.
"""

import argparse
import json
import os
import statistics
import struct
import subprocess
import sys

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", help="the run's folder, such as runs/default-1")
    parser.add_argument("--seeds", default="0-29", help="the tracks, as A-B (default: 0-29)")
    parser.add_argument("--deno", default="deno", help="how to start Deno (default: deno)")
    arguments = parser.parse_args()
    first, _, last = arguments.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)

    import gymnasium

    task = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tasks", "evaluate.ts")
    command = [*arguments.deno.split(), "run", "-A", task, arguments.run, "--serve-gymnasium"]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    env = gymnasium.make("CarRacing-v3")
    returns = []
    for seed in seeds:
        returns.append(drive(env, server, seed))
        print(f"track {seed}: {returns[-1]:.1f}", file=sys.stderr, flush=True)
    server.stdin.close()
    server.wait()
    deviation = statistics.stdev(returns) if len(returns) > 1 else 0.0
    mean = statistics.mean(returns)
    # `deno task document RUN` reads it
    with open(os.path.join(arguments.run, "gymnasium.json"), "w") as file:
        json.dump({"version": gymnasium.__version__, "mean": mean, "deviation": deviation, "episodes": len(returns)}, file)
    print(f"Gymnasium {gymnasium.__version__}: {mean:.1f} +/- {deviation:.1f} over {len(returns)} tracks")


def drive(env, server, seed):
    """One episode; its return."""
    server.stdin.write(json.dumps({"reset": seed}).encode() + b"\n")
    frame, _ = env.reset(seed=seed)
    total, over = 0.0, False
    while not over:
        pixels = frame.tobytes()
        server.stdin.write(struct.pack("<I", len(pixels)) + pixels)
        server.stdin.flush()
        answer = server.stdout.readline()
        if not answer:
            sys.exit("Cannot drive: the controller's process ended; its error is above")
        action = [float(value) for value in json.loads(answer)["action"]]
        frame, reward, terminated, truncated, _ = env.step(to_array(action))
        total += reward
        over = terminated or truncated
        if not over:
            server.stdin.write(json.dumps({"reward": float(reward)}).encode() + b"\n")
    return total


def to_array(action):
    import numpy

    return numpy.array(action, dtype=numpy.float32)


if __name__ == "__main__":
    main()
