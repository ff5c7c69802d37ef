"""Vision and memory of the world model at the paper's sizes."""

import tensorflow as tf

from registry import layers, model, pictures, train_step


@model("vision")
def vision(request):
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
    frames = pictures(request["batch"], 64, 3)

    def loss():
        mean, log_variance = tf.split(encoder(frames), 2, 1)
        decoded = decoder(mean + tf.exp(log_variance / 2) * tf.random.normal(tf.shape(mean)))
        error = tf.reduce_mean(tf.reduce_sum(tf.square(decoded - frames), (1, 2, 3)))
        kl = -0.5 * tf.reduce_sum(1 + log_variance - tf.square(mean) - tf.exp(log_variance), 1)
        return error + tf.reduce_mean(tf.maximum(kl, 16.0))

    return train_step(loss, variables, tf.keras.optimizers.Adam(1e-4)), variables


@model("memory")
def memory(request):
    """LSTM and mixture, without the heads of reward and end."""
    batch, length = request["batch"], request["length"]
    net = tf.keras.Sequential(
        [tf.keras.Input((length, 35)), layers.LSTM(256, return_sequences=True), layers.Dense(480)]
    )
    inputs = tf.random.normal((batch, length, 35))
    target = tf.random.normal((batch, length, 32, 1))

    def loss():
        logits, means, log_sigmas = tf.split(tf.reshape(net(inputs), (batch, length, 32, 15)), 3, 3)
        densities = -0.5 * tf.square((target - means) / tf.exp(log_sigmas)) - log_sigmas
        return -tf.reduce_mean(tf.reduce_logsumexp(densities + tf.nn.log_softmax(logits), 3))

    return train_step(loss, net.trainable_variables, tf.keras.optimizers.Adam(1e-3)), net.trainable_variables
