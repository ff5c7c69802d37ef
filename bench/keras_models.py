"""The models of chapters 2 to 5 in Keras, for bench/model_kinds.ts: each with one training step as a `tf.function`.

Reads requests from standard input, one a line: `{"model": "vae-fashion", "batch": 100, "calls": 5}`; the other
fields are the model's configuration. Answers each with a line `{"milliseconds": 41.2, "parameters": 343043}`: the
fastest of the calls, and the trainable parameters; `{"missing": true}` for a model that is not here; or
`{"error": "..."}`.

A model is a function `(request) -> (step, variables)`, registered under the lab's name of it: `step()` runs one
training step on a fixed batch and waits for it. Add yours below its chapter's line.
"""

import json
import sys
import time

import tensorflow as tf

layers = tf.keras.layers
MODELS = {}


def model(name):
    """Registers a model under the lab's name."""

    def register(build):
        MODELS[name] = build
        return build

    return register


def train_step(loss, variables, optimiser):
    """A compiled step of gradient descent on `loss()`."""
    optimiser.build(variables)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            value = loss()
        optimiser.apply_gradients(zip(tape.gradient(value, variables), variables))
        return value

    return lambda: step().numpy()


def pictures(batch, size, channels):
    return tf.random.uniform((batch, size, size, channels))


def bernoulli_cross_entropy(target, mean):
    """Keras's own, a mean over pixels."""
    return tf.reduce_mean(tf.keras.losses.binary_crossentropy(target, mean))


# Chapter 2: classifiers


def classifier(net, request):
    x = pictures(request["batch"], 32, 3)
    y = tf.one_hot(tf.range(request["batch"]) % request["classes"], request["classes"])
    cross_entropy = tf.keras.losses.CategoricalCrossentropy()
    optimiser = tf.keras.optimizers.Adam(5e-4)
    return train_step(lambda: cross_entropy(y, net(x, training=True)), net.trainable_variables, optimiser), net.trainable_variables


@model("mlp-classifier")
def mlp_classifier(request):
    net = tf.keras.Sequential(
        [tf.keras.Input((32, 32, 3)), layers.Flatten()]
        + [layers.Dense(units, activation="relu") for units in (200, 150)]
        + [layers.Dense(request["classes"], activation="softmax")]
    )
    return classifier(net, request)


@model("cnn-classifier")
def cnn_classifier(request):
    net = tf.keras.Sequential([tf.keras.Input((32, 32, 3))])
    for filters, strides in ((32, 1), (32, 2), (64, 1), (64, 2)):
        net.add(layers.Conv2D(filters, 3, strides, padding="same"))
        net.add(layers.BatchNormalization())
        net.add(layers.LeakyReLU(negative_slope=0.3))
    for layer in (layers.Flatten(), layers.Dense(128), layers.BatchNormalization(), layers.LeakyReLU(negative_slope=0.3)):
        net.add(layer)
    net.add(layers.Dropout(0.5))
    net.add(layers.Dense(request["classes"], activation="softmax"))
    return classifier(net, request)


# Chapter 3: autoencoders


def garment_encoder():
    return [tf.keras.Input((32, 32, 1))] + [
        layers.Conv2D(filters, 3, 2, padding="same", activation="relu") for filters in (32, 64, 128)
    ] + [layers.Flatten()]


def garment_decoder():
    return tf.keras.Sequential(
        [tf.keras.Input((2,)), layers.Dense(2048), layers.Reshape((4, 4, 128))]
        + [layers.Conv2DTranspose(filters, 3, 2, padding="same", activation="relu") for filters in (128, 64, 32)]
        + [layers.Conv2D(1, 3, padding="same", activation="sigmoid")]
    )


@model("autoencoder")
def autoencoder(request):
    encoder = tf.keras.Sequential(garment_encoder() + [layers.Dense(2)])
    decoder = garment_decoder()
    variables = encoder.trainable_variables + decoder.trainable_variables
    x = pictures(request["batch"], 32, 1)
    loss = lambda: bernoulli_cross_entropy(x, decoder(encoder(x)))
    return train_step(loss, variables, tf.keras.optimizers.Adam(1e-3)), variables


@model("vae-fashion")
def vae_fashion(request):
    encoder = tf.keras.Sequential(garment_encoder() + [layers.Dense(4)])
    decoder = garment_decoder()
    variables = encoder.trainable_variables + decoder.trainable_variables
    x = pictures(request["batch"], 32, 1)

    def loss():
        mean, log_variance = tf.split(encoder(x), 2, 1)
        latents = mean + tf.exp(0.5 * log_variance) * tf.random.normal(tf.shape(mean))
        kl = -0.5 * tf.reduce_sum(1 + log_variance - tf.square(mean) - tf.exp(log_variance), 1)
        return 500 * bernoulli_cross_entropy(x, decoder(latents)) + tf.reduce_mean(kl)

    return train_step(loss, variables, tf.keras.optimizers.Adam(5e-4)), variables


# Chapter 4: adversarial networks


# Chapter 5: autoregressive models


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


if __name__ == "__main__":
    for line in sys.stdin:
        try:
            result = answer(json.loads(line))
        except Exception as error:
            result = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(result), flush=True)
        tf.keras.backend.clear_session()
