"""Chapter 8: diffusion models."""

import math

import tensorflow as tf

from flows import perceptron
from registry import layers, model, pictures, train_step


def noised(clean):
    """Noised examples, the noise, and signal and noise rates: cosines of a time drawn for each example."""
    turn = tf.random.uniform((clean.shape[0],) + (1,) * (len(clean.shape) - 1)) * math.pi / 2
    signal_rate, noise_rate = tf.cos(turn), tf.sin(turn)
    noise = tf.random.normal(clean.shape)
    return signal_rate * clean + noise_rate * noise, noise, signal_rate, noise_rate


def waves(x, frequencies):
    """Sines and cosines of a number an example."""
    angles = tf.reshape(x, (-1, 1)) * frequencies
    return tf.concat([tf.sin(angles), tf.cos(angles)], 1)


@model("diffusion-moons")
def diffusion_moons(request):
    classes = request["classes"]
    net = perceptron(2 + 32 + classes + 1, request["hidden"], 2, "swish")
    frequencies = tf.exp(-tf.range(16.0) * math.log(100) / 15) * 100
    points = tf.random.normal((request["batch"], 2))
    labels = tf.range(request["batch"]) % classes

    def loss():
        x, noise, signal_rate, noise_rate = noised(points)
        hidden = tf.random.uniform((request["batch"],)) < request["hiddenLabels"]
        told = tf.one_hot(tf.where(hidden, classes, labels), classes + 1)
        answer = net(tf.concat([x, waves(tf.atan2(noise_rate, signal_rate), frequencies), told], 1))
        return tf.reduce_mean(tf.square(answer - (noise * signal_rate - points * noise_rate)))

    return train_step(loss, net.trainable_variables, tf.keras.optimizers.Adam(1e-3)), net.trainable_variables


@model("ddm")
def book_unet(request):
    """The U-Net of the book, after Keras's example of DDIM."""
    size, batch = request["size"], request["batch"]

    def block(x, width):
        skip = x if x.shape[3] == width else layers.Conv2D(width, 1)(x)
        x = layers.BatchNormalization(center=False, scale=False)(x)
        x = layers.Conv2D(width, 3, padding="same", activation="swish")(x)
        return layers.Add()([layers.Conv2D(width, 3, padding="same")(x), skip])

    images, told = tf.keras.Input((size, size, 3)), tf.keras.Input((1, 1, 32))
    x = layers.Concatenate()([layers.Conv2D(32, 1)(images), layers.UpSampling2D(size)(told)])
    skips = []
    for width in request["widths"]:
        for _ in range(request["blocks"]):
            x = block(x, width)
            skips.append(x)
        x = layers.AveragePooling2D(2)(x)
    for _ in range(request["blocks"]):
        x = block(x, request["middle"])
    for width in reversed(request["widths"]):
        x = layers.UpSampling2D(interpolation="bilinear")(x)
        for _ in range(request["blocks"]):
            x = block(layers.Concatenate()([x, skips.pop()]), width)
    net = tf.keras.Model([images, told], layers.Conv2D(3, 1, kernel_initializer="zeros")(x))
    clean = pictures(batch, size, 3) * 2 - 1
    frequencies = 2 * math.pi * tf.exp(tf.linspace(0.0, math.log(1000.0), 16))

    def loss():
        x, noise, _, noise_rate = noised(clean)
        answer = net([x, waves(tf.square(noise_rate), frequencies)[:, None, None]], training=True)
        return tf.reduce_mean(tf.abs(answer - noise))

    adam = tf.keras.optimizers.AdamW(request["learningRate"], weight_decay=request["weightDecay"])
    return train_step(loss, net.trainable_variables, adam), net.trainable_variables


def group_norm(x):
    """Groups of 32 where there are channels enough, else of 8 or fewer, as many as fit."""
    channels = x.shape[-1]
    groups = 8 if channels < 64 else 32
    while channels % groups:
        groups -= 1
    return layers.GroupNormalization(groups, epsilon=1e-5)(x)


@model("diffusion")
def diffusion(request):
    """The U-Net of Ho et al. (2020) with the blocks of Dhariwal and Nichol (2021)."""
    batch, channels, classes, colors = request["batch"], request["channels"], request["classes"], 1
    size = 32
    embedding_size = 4 * channels

    def block(x, width, embedding, attends):
        skip = x if x.shape[3] == width else layers.Conv2D(width, 1)(x)
        x = layers.Conv2D(width, 3, padding="same")(layers.Activation("swish")(group_norm(x)))
        scale = layers.Reshape((1, 1, width))(layers.Dense(width)(embedding))
        shift = layers.Reshape((1, 1, width))(layers.Dense(width)(embedding))
        x = layers.Activation("swish")(group_norm(x) * (scale + 1) + shift)
        if request["dropout"]:
            x = layers.Dropout(request["dropout"])(x)
        x = layers.Add()([layers.Conv2D(width, 3, padding="same", kernel_initializer="zeros")(x), skip])
        if not attends:
            return x
        places = layers.Reshape((x.shape[1] * x.shape[2], width))(group_norm(x))
        heads = width // 32 if width % 32 == 0 else 1
        attended = layers.MultiHeadAttention(heads, width // heads)(places, places)
        return layers.Add()([x, layers.Reshape(x.shape[1:])(attended)])

    images, told, labels = tf.keras.Input((size, size, colors)), tf.keras.Input((channels,)), tf.keras.Input((), dtype="int32")
    embedding = layers.Dense(embedding_size)(layers.Dense(embedding_size, activation="swish")(told))
    embedding = layers.Activation("swish")(embedding + layers.Embedding(classes + 1, embedding_size)(labels))
    x = layers.Conv2D(channels, 3, padding="same")(images)
    skips = [x]
    widths = [channels * multiplier for multiplier in request["multipliers"]]
    for i, width in enumerate(widths):
        for _ in range(request["blocks"]):
            x = block(x, width, embedding, x.shape[1] in request["attention"])
            skips.append(x)
        if i + 1 < len(widths):
            x = layers.Conv2D(width, 3, 2, padding="same")(x)
            skips.append(x)
    x = block(x, widths[-1], embedding, bool(request["attention"]))
    x = block(x, widths[-1], embedding, False)
    for i, width in reversed(list(enumerate(widths))):
        for _ in range(request["blocks"] + 1):
            x = block(layers.Concatenate()([x, skips.pop()]), width, embedding, x.shape[1] in request["attention"])
        if i:
            x = layers.Conv2D(width, 3, padding="same")(layers.UpSampling2D()(x))
    x = layers.Activation("swish")(group_norm(x))
    net = tf.keras.Model([images, told, labels], layers.Conv2D(colors, 3, padding="same", kernel_initializer="zeros")(x))
    clean = pictures(batch, size, colors) * 2 - 1
    frequencies = tf.exp(-tf.range(channels / 2) * math.log(10_000) / (channels / 2))
    classes_of = tf.range(batch) % classes

    def loss():
        x, noise, signal_rate, noise_rate = noised(clean)
        hidden = tf.random.uniform((batch,)) < request["hiddenLabels"]
        turn = waves(1000 * tf.atan2(noise_rate, signal_rate), frequencies)
        answer = net([x, turn, tf.where(hidden, classes, classes_of)], training=True)
        return tf.reduce_mean(tf.square(answer - (noise * signal_rate - clean * noise_rate)))

    adam = tf.keras.optimizers.Adam(request["learningRate"], global_clipnorm=1.0)
    return train_step(loss, net.trainable_variables, adam), net.trainable_variables
