"""The lab's models in Keras, for the benchmarks of `deno task bench models`.

Reads requests from standard input, one a line: `{"model": "vae-fashion", "batch": 100, "calls": 5}`; the other
fields are the model's configuration. Answers each with a line `{"milliseconds": 41.2, "parameters": 343043}`: the
fastest of the calls, and the trainable parameters; `{"missing": true}` for a model that is not here; or
`{"error": "..."}`. A file holds one family's models; a new file is imported below.
"""

import json
import sys
import time

import tensorflow as tf

import attention, autoencoders, autoregressive, classifiers, diffusion, energy_based, flows, gans, music, transformers, world_model
from registry import MODELS


def answer(request):
    """The time of a step."""
    if request["model"] not in MODELS:
        return {"missing": True}
    step, variables = MODELS[request["model"]](request)
    for _ in range(2):
        step()
    times = []
    for _ in range(request["calls"]):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    parameters = sum(int(tf.size(variable)) for variable in variables)
    return {"milliseconds": 1000 * min(times), "parameters": parameters}


for line in sys.stdin:
    try:
        result = answer(json.loads(line))
    except Exception as error:
        result = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result), flush=True)
    tf.keras.backend.clear_session()
