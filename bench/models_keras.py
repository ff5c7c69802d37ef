"""The train steps of bench/models.ts in Keras and tf.function, on stdin's sizes: prints {"vision": ms, "memory": ms}."""
import json
import sys
import time

import tensorflow as tf

sizes = json.load(sys.stdin)
layers = tf.keras.layers


def milliseconds(step, calls):
    for _ in range(2):
        step()
    times = []
    for _ in range(calls):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def vision(batch):
    encoder = tf.keras.Sequential(
        [tf.keras.Input((64, 64, 3))]
        + [layers.Conv2D(filters, 4, 2, activation="relu") for filters in (32, 64, 128, 256)]
        + [layers.Flatten(), layers.Dense(64)]
    )
    decoder = tf.keras.Sequential(
        [tf.keras.Input((32,)), layers.Dense(1024), layers.Reshape((1, 1, 1024))]
        + [layers.Conv2DTranspose(filters, size, 2, activation="relu") for filters, size in ((128, 5), (64, 5), (32, 6))]
        + [layers.Conv2DTranspose(3, 6, 2, activation="sigmoid")]
    )
    variables = encoder.trainable_variables + decoder.trainable_variables
    optimiser = tf.keras.optimizers.Adam(1e-4)
    optimiser.build(variables)
    frames = tf.random.uniform((batch, 64, 64, 3))

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            mu, log_var = tf.split(encoder(frames), 2, 1)
            decoded = decoder(mu + tf.exp(log_var / 2) * tf.random.normal(tf.shape(mu)))
            error = tf.reduce_mean(tf.reduce_sum(tf.square(decoded - frames), (1, 2, 3)))
            kl = -0.5 * tf.reduce_sum(1 + log_var - tf.square(mu) - tf.exp(log_var), 1)
            loss = error + tf.reduce_mean(tf.maximum(kl, 16.0))
        optimiser.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return lambda: step().numpy()


def memory(batch, steps):
    lstm = layers.LSTM(256, return_sequences=True)
    head = layers.Dense(480)
    inputs = tf.random.normal((batch, steps, 35))
    target = tf.random.normal((batch, steps, 32, 1))
    head(lstm(inputs))
    variables = lstm.trainable_variables + head.trainable_variables
    optimiser = tf.keras.optimizers.Adam(1e-3)
    optimiser.build(variables)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            output = tf.reshape(head(lstm(inputs)), (batch, steps, 32, 15))
            logits, means, log_sigmas = tf.split(output, 3, 3)
            densities = -0.5 * tf.square((target - means) / tf.exp(log_sigmas)) - log_sigmas
            loss = -tf.reduce_mean(tf.reduce_logsumexp(densities + tf.nn.log_softmax(logits), 3))
        optimiser.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return lambda: step().numpy()


print(
    json.dumps(
        {
            "vision": milliseconds(vision(sizes["visionBatch"]), sizes["calls"]),
            "memory": milliseconds(memory(sizes["memoryBatch"], sizes["memorySteps"]), sizes["calls"]),
        }
    )
)
