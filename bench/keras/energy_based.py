"""Chapter 7: energy-based models."""

import math

import tensorflow as tf

from flows import perceptron
from registry import layers, model, pictures, train_step


@model("ebm")
def ebm(request):
    batch, steps = request["batch"], request["chainSteps"]
    net = tf.keras.Sequential([tf.keras.Input((32, 32, 1))])
    for i, filters in enumerate(request["filters"]):
        net.add(layers.Conv2D(filters, 3 if i else 5, 2, padding="same", activation="swish"))
    for layer in (layers.Flatten(), layers.Dense(request["hidden"], activation="swish"), layers.Dense(1)):
        net.add(layer)
    adam = tf.keras.optimizers.Adam(request["learningRate"])
    adam.build(net.trainable_variables)
    real = pictures(batch, 32, 1) * 2 - 1

    def climb(x):
        for _ in tf.range(steps):
            x = tf.clip_by_value(x + tf.random.normal(tf.shape(x), stddev=request["noise"]), -1, 1)
            with tf.GradientTape() as tape:
                tape.watch(x)
                score = net(x)
            ascent = tf.clip_by_value(tape.gradient(score, x), -request["clipScore"], request["clipScore"])
            x = tf.clip_by_value(x + request["stepSize"] * ascent, -1, 1)
        return x

    @tf.function
    def step():
        fake = climb(pictures(batch, 32, 1) * 2 - 1)
        with tf.GradientTape() as tape:
            on_real, on_fake = tf.split(net(tf.concat([real, fake], 0)), 2)
            squares = tf.reduce_mean(tf.square(on_real) + tf.square(on_fake))
            loss = tf.reduce_mean(on_fake) - tf.reduce_mean(on_real) + request["regularisation"] * squares
        adam.apply_gradients(zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))
        return loss

    return lambda: step().numpy(), net.trainable_variables


@model("score-matching")
def score_matching(request):
    net = perceptron(3, request["hidden"], 2, "swish")
    batch, levels = request["batch"], request["levels"]
    largest, smallest = request["sigmaMax"], request["sigmaMin"]
    points = tf.random.normal((batch, 2))

    def loss():
        level = tf.floor(tf.random.uniform((batch, 1)) * levels)
        sigma = largest * tf.exp(level * math.log(smallest / largest) / (levels - 1))
        noise = tf.random.normal((batch, 2))
        x = (points + noise * sigma) / tf.sqrt(1 + tf.square(sigma))
        answer = net(tf.concat([x, tf.math.log(sigma)], 1))
        return tf.reduce_mean(tf.reduce_sum(tf.square(answer + noise), 1)) / 2

    return train_step(loss, net.trainable_variables, tf.keras.optimizers.Adam(1e-3)), net.trainable_variables
