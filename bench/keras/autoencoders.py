"""Chapter 3: autoencoders."""

import tensorflow as tf

from registry import bernoulli_cross_entropy, layers, model, pictures, train_step


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


def normalised():
    return [layers.BatchNormalization(), layers.LeakyReLU(negative_slope=0.3)]


@model("vae-faces")
def vae_faces(request):
    filters, size = request["filters"], request["latentSize"]
    encoder = [tf.keras.Input((32, 32, 3))]
    for _ in range(4):
        encoder += [layers.Conv2D(filters, 3, 2, padding="same")] + normalised()
    encoder = tf.keras.Sequential(encoder + [layers.Flatten(), layers.Dense(2 * size)])
    decoder = [tf.keras.Input((size,)), layers.Dense(4 * filters)] + normalised() + [layers.Reshape((2, 2, filters))]
    for _ in range(4):
        decoder += [layers.Conv2DTranspose(filters, 3, 2, padding="same")] + normalised()
    decoder = tf.keras.Sequential(decoder + [layers.Conv2DTranspose(3, 3, 1, padding="same", activation="sigmoid")])
    variables = encoder.trainable_variables + decoder.trainable_variables
    x = pictures(request["batch"], 32, 3)

    def loss():
        mean, log_variance = tf.split(encoder(x, training=True), 2, 1)
        latents = mean + tf.exp(0.5 * log_variance) * tf.random.normal(tf.shape(mean))
        error = tf.reduce_mean(tf.square(x - decoder(latents, training=True)))
        kl = -0.5 * tf.reduce_sum(1 + log_variance - tf.square(mean) - tf.exp(log_variance), 1)
        return 2000 * error + tf.reduce_mean(kl)

    return train_step(loss, variables, tf.keras.optimizers.Adam(5e-4)), variables
