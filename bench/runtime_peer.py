"""The peer of bench/runtime.ts: the same products, calls and train steps in Python's TensorFlow, as JSON."""

import json
import time

import tensorflow as tf

tf.config.threading.set_inter_op_parallelism_threads(1)
results = {}


def milliseconds(call, seconds=1.0):
    """The median duration of a call, over at least five calls and about `seconds`, after two to warm up."""
    call()
    call()
    durations = []
    while len(durations) < 5 or sum(durations) < seconds:
        start = time.perf_counter()
        call()
        durations.append(time.perf_counter() - start)
    return 1000 * sorted(durations)[len(durations) // 2]


@tf.function
def multiply(a, b):
    return tf.matmul(a, b)


for size in (256, 1024, 2048):
    a, b = tf.ones([size, size]), tf.ones([size, size])
    results[f"matmul {size}"] = 2 * size**3 / milliseconds(lambda: multiply(a, b)[0, 0].numpy()) / 1e6

scalar, vector = tf.constant(1.0), tf.ones([64])


@tf.function
def increment(x):
    return x + 1


many = [tf.ones([8]) for _ in range(100)]


@tf.function
def pass_many(tensors):
    return [-tensor for tensor in tensors]


for name, call in {
    "eager op (add two scalars)": lambda: scalar + scalar,
    "compiled call (one op)": lambda: increment(vector),
    "compiled call (100 tensors in and out)": lambda: pass_many(many),
    "64 numbers in and out": lambda: (tf.constant([0.0] * 64) + scalar).numpy(),
}.items():
    results[name] = 10 * milliseconds(lambda: [call() for _ in range(100)], 0.3)


def measure_step(name, parameters, inputs, loss):
    """Plain gradient descent on Keras-style variables in one tf.function."""
    variables = [tf.Variable(p) for p in parameters]

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            value = loss(variables, inputs)
        for variable, gradient in zip(variables, tape.gradient(value, variables)):
            variable.assign_sub(1e-4 * gradient)
        return value

    results[name] = milliseconds(lambda: step().numpy(), 3)


def weights(shape):
    return tf.random.normal(shape, stddev=0.05)


def small_net_loss(p, inputs):
    x, y = inputs
    hidden = tf.tanh(tf.tanh(x @ p[0] + p[1]) @ p[2] + p[3])
    return tf.reduce_mean((hidden @ p[4] + p[5] - y) ** 2)


sizes = [32, 64, 64, 4]
measure_step(
    "MLP 32-64-64-4, batch 64",
    [p for i, size in enumerate(sizes[1:]) for p in (weights([sizes[i], size]), tf.zeros([size]))],
    (weights([64, 32]), weights([64, 4])),
    small_net_loss,
)

DOWN = [[4, 4, 3, 32], [4, 4, 32, 64], [4, 4, 64, 128], [4, 4, 128, 256]]
UP = [[5, 5, 128, 1024], [5, 5, 64, 128], [6, 6, 32, 64], [6, 6, 3, 32]]


def vae_loss(p, x):
    batch = x.shape[0]
    h = x
    for i in range(4):
        h = tf.nn.relu(tf.nn.conv2d(h, p[i], 2, "VALID"))
    h = tf.reshape(h, [batch, 1024])
    mean, log_variance = h @ p[8], h @ p[9]
    z = mean + tf.exp(0.5 * log_variance) * tf.random.stateless_normal([batch, 32], [1, 2])
    y = tf.reshape(z @ p[10], [batch, 1, 1, 1024])
    for i, size in enumerate([5, 13, 30, 64]):
        y = tf.nn.conv2d_transpose(y, p[4 + i], [batch, size, size, UP[i][2]], 2, "VALID")
        y = tf.nn.relu(y) if i < 3 else tf.sigmoid(y)
    divergence = -0.5 * tf.reduce_sum(1 + log_variance - mean**2 - tf.exp(log_variance), 1)
    return tf.reduce_mean(tf.reduce_sum((x - y) ** 2, [1, 2, 3]) + divergence)


for batch in (32, 100):
    shapes = [*DOWN, *UP, [1024, 32], [1024, 32], [32, 1024]]
    measure_step(f"VAE 64x64, batch {batch}", [weights(s) for s in shapes], tf.random.uniform([batch, 64, 64, 3]), vae_loss)

print(json.dumps(results))
