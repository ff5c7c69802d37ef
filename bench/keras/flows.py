"""Chapter 6: normalising flows."""

import math

import tensorflow as tf

from registry import layers, model, train_step


def perceptron(inputs, hidden, outputs, activation):
    return tf.keras.Sequential(
        [tf.keras.Input((inputs,))]
        + [layers.Dense(units, activation=activation) for units in hidden]
        + [layers.Dense(outputs)]
    )


@model("realnvp")
def real_nvp(request):
    hidden = [request["units"]] * request["layers"]
    masks = [tf.constant((0.0, 1.0) if i % 2 == 0 else (1.0, 0.0)) for i in range(request["couplings"])]
    nets = [(perceptron(2, hidden, 2, "relu"), perceptron(2, hidden, 2, "relu")) for _ in masks]
    variables = [variable for pair in nets for net in pair for variable in net.trainable_variables]
    points = tf.random.normal((request["batch"], 2))

    def loss():
        z, log_determinant = points, 0.0
        for mask, (scale, translation) in reversed(list(zip(masks, nets))):
            kept = z * mask
            s = tf.tanh(scale(kept)) * (1 - mask)
            z = (z - translation(kept) * (1 - mask)) * tf.exp(-s)
            log_determinant -= tf.reduce_sum(s, 1)
        density = -0.5 * tf.reduce_sum(tf.square(z), 1) - math.log(2 * math.pi)
        return -tf.reduce_mean(density + log_determinant)

    return train_step(loss, variables, tf.keras.optimizers.Adam(request["learningRate"])), variables
