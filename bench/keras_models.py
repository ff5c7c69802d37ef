"""The models of chapters 2 to 5 in Keras, for bench/model_kinds.ts, and layers, for bench/attention.ts: each with one
training step as a `tf.function`.

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

import numpy as np
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


# Chapter 4: adversarial networks


def generator(request, channels, labels, bias):
    net = tf.keras.Sequential(
        [tf.keras.Input((request["latentSize"] + labels,)), layers.Reshape((1, 1, request["latentSize"] + labels))]
    )
    for i, filters in enumerate(reversed(request["filters"])):
        net.add(layers.Conv2DTranspose(filters, 4, 2 if i else 1, padding="same" if i else "valid", use_bias=False))
        net.add(layers.BatchNormalization(momentum=0.9))
        net.add(layers.LeakyReLU(negative_slope=0.2))
    net.add(layers.Conv2DTranspose(channels, 4, 2, padding="same", use_bias=bias, activation="tanh"))
    return net


def critic(request, channels, batch_norm, bias, activation):
    net = tf.keras.Sequential([tf.keras.Input((request["size"], request["size"], channels))])
    for i, filters in enumerate(request["filters"]):
        net.add(layers.Conv2D(filters, 4, 2, padding="same", use_bias=bias))
        if batch_norm and i > 0:
            net.add(layers.BatchNormalization(momentum=0.9))
        net.add(layers.LeakyReLU(negative_slope=0.3 if i == 1 and not batch_norm else 0.2))
        if batch_norm or i > 0:
            net.add(layers.Dropout(request["dropout"]))
    net.add(layers.Conv2D(1, 4, 1, padding="valid", use_bias=bias, activation=activation))
    net.add(layers.Reshape(()))
    return net


def two_adams(request, beta_2, *networks):
    optimisers = []
    for network in networks:
        optimisers.append(tf.keras.optimizers.Adam(request["learningRate"], beta_1=0.5, beta_2=beta_2))
        optimisers[-1].build(network.trainable_variables)
    return optimisers


@model("dcgan")
def dcgan(request):
    discriminate = critic(request, 1, batch_norm=True, bias=False, activation="sigmoid")
    generate = generator(request, 1, 0, bias=False)
    batch, noise = request["batch"], request["labelNoise"]
    real = pictures(batch, request["size"], 1) * 2 - 1
    discriminator_adam, generator_adam = two_adams(request, 0.999, discriminate, generate)
    cross_entropy = tf.keras.losses.BinaryCrossentropy()

    @tf.function
    def step():
        with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
            fake = generate(tf.random.normal((batch, request["latentSize"])), training=True)
            on_real, on_fake = discriminate(real, training=True), discriminate(fake, training=True)
            real_error = cross_entropy(1 + noise * tf.random.uniform((batch,)), on_real)
            fake_error = cross_entropy(-noise * tf.random.uniform((batch,)), on_fake)
            discriminator_loss = (real_error + fake_error) / 2
            generator_loss = cross_entropy(tf.ones((batch,)), on_fake)
        for tape, loss, network, adam in (
            (discriminator_tape, discriminator_loss, discriminate, discriminator_adam),
            (generator_tape, generator_loss, generate, generator_adam),
        ):
            variables = network.trainable_variables
            adam.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return discriminator_loss + generator_loss

    return lambda: step().numpy(), discriminate.trainable_variables + generate.trainable_variables


def wasserstein(request, labels):
    """A round of WGAN-GP, conditional where there are labels."""
    batch, size = request["batch"], request["size"]
    score = critic(request, 3 + labels, batch_norm=False, bias=True, activation=None)
    generate = generator(request, 3, labels, bias=True)
    critic_adam, generator_adam = two_adams(request, 0.9, score, generate)
    real = pictures(batch, size, 3) * 2 - 1
    one_hot = tf.one_hot(tf.range(batch) % 2, labels) if labels else tf.zeros((batch, 0))
    repeated = tf.tile(one_hot[:, None, None, :], (1, size, size, 1))
    f = lambda x: score(tf.concat((x, repeated), 3) if labels else x, training=True)

    def draw():
        latents = tf.random.normal((batch, request["latentSize"]))
        return generate(tf.concat((latents, one_hot), 1) if labels else latents, training=True)

    @tf.function
    def step():
        for _ in range(request["criticSteps"]):
            with tf.GradientTape() as tape:
                fake = draw()
                between = real + tf.random.normal((batch, 1, 1, 1)) * (fake - real)
                with tf.GradientTape() as inner:
                    inner.watch(between)
                    at_between = f(between)
                norm = tf.sqrt(tf.reduce_sum(tf.square(inner.gradient(at_between, between)), (1, 2, 3)))
                penalty = request["penaltyWeight"] * tf.reduce_mean(tf.square(norm - 1))
                critic_loss = tf.reduce_mean(f(fake)) - tf.reduce_mean(f(real)) + penalty
            variables = score.trainable_variables
            critic_adam.apply_gradients(zip(tape.gradient(critic_loss, variables), variables))
        with tf.GradientTape() as tape:
            generator_loss = -tf.reduce_mean(f(draw()))
        variables = generate.trainable_variables
        generator_adam.apply_gradients(zip(tape.gradient(generator_loss, variables), variables))
        return critic_loss + generator_loss

    return lambda: step().numpy(), score.trainable_variables + generate.trainable_variables


@model("wgan-gp")
def wgan_gp(request):
    return wasserstein(request, labels=0)


@model("conditional-wgan-gp")
def conditional_wgan_gp(request):
    return wasserstein(request, labels=2)


# Chapter 5: autoregressive models


@model("word-lstm")
def word_lstm(request):
    net = tf.keras.Sequential(
        [
            layers.Embedding(request["vocabulary"], 100),
            layers.LSTM(128, return_sequences=True),
            layers.Dense(request["vocabulary"], activation="softmax"),
        ]
    )
    shape = (request["batch"], request["length"])
    tokens = tf.random.uniform(shape, 0, request["vocabulary"], tf.int32)
    net(tokens)
    cross_entropy = tf.keras.losses.SparseCategoricalCrossentropy()
    loss = lambda: cross_entropy(tokens[:, 1:], net(tokens[:, :-1]))
    return train_step(loss, net.trainable_variables, tf.keras.optimizers.Adam()), net.trainable_variables


class MaskedConv2D(layers.Layer):
    """A convolution whose kernel is multiplied by a mask at every call."""

    def __init__(self, filters, size, sees_itself):
        super().__init__()
        self.conv = layers.Conv2D(filters, size, padding="same")
        self.sees_itself = sees_itself

    def build(self, shape):
        self.conv.build(shape)
        middle = self.conv.kernel.shape[0] // 2
        mask = np.zeros(self.conv.kernel.shape, "float32")
        mask[:middle] = 1
        mask[middle, : middle + self.sees_itself] = 1
        self.mask = tf.constant(mask)

    def call(self, x):
        return tf.nn.relu(tf.nn.conv2d(x, self.conv.kernel * self.mask, 1, "SAME") + self.conv.bias)


@model("pixelcnn")
def pixel_cnn(request):
    x = start = tf.keras.Input((16, 16, 1))
    x = MaskedConv2D(128, 7, False)(x)
    for _ in range(5):
        y = layers.Conv2D(64, 1, activation="relu")(x)
        y = MaskedConv2D(64, 3, True)(y)
        x = layers.add([x, layers.Conv2D(128, 1, activation="relu")(y)])
    for _ in range(2):
        x = MaskedConv2D(128, 1, True)(x)
    net = tf.keras.Model(start, layers.Conv2D(4, 1, activation="softmax")(x))
    levels = tf.random.uniform((request["batch"], 16, 16, 1), 0, 4, tf.int32)
    cross_entropy = tf.keras.losses.SparseCategoricalCrossentropy()
    loss = lambda: cross_entropy(levels, net(tf.cast(levels, tf.float32) / 4))
    return train_step(loss, net.trainable_variables, tf.keras.optimizers.Adam(5e-4)), net.trainable_variables


class NormedConv2D(layers.Layer):
    """A convolution of masked, weight-normalised kernels: the first rows and columns of each are seen."""

    def __init__(self, filters, size, seen, strides=1, transposed=False):
        super().__init__()
        self.filters, self.size, self.seen, self.strides, self.transposed = filters, size, seen, strides, transposed

    def build(self, shape):
        ends = (self.filters, shape[-1]) if self.transposed else (shape[-1], self.filters)
        mask = np.zeros((*self.size, 1, 1), "float32")
        mask[: self.seen[0], : self.seen[1]] = 1
        self.mask = tf.constant(mask)
        self.direction = self.add_weight(shape=(*self.size, *ends), initializer="glorot_uniform", name="direction")
        self.gain = self.add_weight(shape=(self.filters,), initializer="ones", name="gain")
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

    def call(self, x):
        kernel = self.direction * self.mask
        if self.transposed:
            kernel = tf.nn.l2_normalize(kernel, (0, 1, 3)) * self.gain[:, None]
            size = (x.shape[0], 2 * x.shape[1], 2 * x.shape[2], self.filters)
            return tf.nn.conv2d_transpose(x, kernel, size, 2, "SAME") + self.bias
        kernel = tf.nn.l2_normalize(kernel, (0, 1, 2)) * self.gain
        return tf.nn.conv2d(x, kernel, self.strides, "SAME") + self.bias


@model("pixelcnn-pp")
def pixel_cnn_pp(request):
    """TensorFlow Probability's PixelCNN(num_resnet=1, num_hierarchies=2, num_filters=32, num_logistic_mix=5)."""
    made = []

    def conv(*args, **options):
        made.append(NormedConv2D(*args, **options))
        return made[-1]

    def concat_elu(x):
        return tf.nn.elu(tf.concat([x, -x], -1))

    def block(seen, extra):
        first, second = conv(32, (3, 3), seen), conv(64, (3, 3), seen)
        mix = conv(32, (1, 1), (1, 1)) if extra else None

        def apply(x, other=None):
            y = first(concat_elu(x))
            if mix:
                y += mix(concat_elu(other))
            y = tf.nn.dropout(concat_elu(y), 0.3)
            value, gate = tf.split(second(y), 2, -1)
            return x + value * tf.sigmoid(gate)

        return apply

    above, near, left = conv(32, (5, 3), (2, 3)), conv(32, (3, 3), (1, 3)), conv(32, (3, 3), (2, 1))
    down = [(block((2, 3), False), block((2, 2), True)) for _ in range(2)]
    halve = conv(32, (4, 4), (2, 3), strides=2), conv(32, (4, 4), (2, 2), strides=2)
    up = [(block((2, 3), True), block((2, 2), True)) for _ in range(3)]
    double = conv(32, (2, 4), (2, 3), transposed=True), conv(32, (2, 2), (2, 2), transposed=True)
    outputs = conv(15, (1, 1), (1, 1))

    def network(x):
        stacks = above(x), near(x) + left(x)
        passed = [stacks]

        def advance(blocks, stacks, skip=None):
            vertical = blocks[0](stacks[0], skip and skip[0])
            other = tf.concat([vertical, skip[1]], -1) if skip else vertical
            return vertical, blocks[1](stacks[1], other)

        passed.append(stacks := advance(down[0], stacks))
        passed.append(stacks := (halve[0](stacks[0]), halve[1](stacks[1])))
        stacks = advance(up[0], advance(down[1], stacks), passed.pop())
        stacks = double[0](stacks[0]), double[1](stacks[1])
        for blocks in up[1:]:
            stacks = advance(blocks, stacks, passed.pop())
        return outputs(tf.nn.elu(stacks[1]))

    pixels = tf.cast(tf.random.uniform((request["batch"], 32, 32, 1), 0, 256, tf.int32), tf.float32)

    def loss():
        weights, means, scales = tf.split(network(pixels / 127.5 - 1), 3, -1)
        scales = 127.5 * (tf.nn.softplus(scales) + tf.exp(-7.0))
        centred = pixels - 127.5 * (means + 1)
        upper, lower = (centred + 0.5) / scales, (centred - 0.5) / scales
        middle = tf.math.log(tf.maximum(tf.sigmoid(upper) - tf.sigmoid(lower), 1e-12))
        parts = tf.where(pixels > 0, tf.where(pixels < 255, middle, -tf.nn.softplus(lower)), -tf.nn.softplus(-upper))
        likelihood = tf.reduce_logsumexp(parts + tf.nn.log_softmax(weights), -1)
        return -tf.reduce_mean(tf.reduce_sum(likelihood, (1, 2)))

    loss()
    variables = [variable for layer in made for variable in layer.trainable_variables]
    return train_step(loss, variables, tf.keras.optimizers.Adam(1e-3)), variables


# Chapter 7: energy-based models


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


# Layers


def layer(net, request):
    """A layer on sequences, trained to give back its own input."""
    x = tf.random.normal((request["batch"], request["length"], request["size"]))
    net(x)
    loss = lambda: tf.reduce_mean(tf.square(net(x) - x))
    return train_step(loss, net.trainable_variables, tf.keras.optimizers.Adam(1e-4)), net.trainable_variables


@model("attention")
def attention(request):
    attend = layers.MultiHeadAttention(request["heads"], request["headSize"])
    inputs = tf.keras.Input((request["length"], request["size"]))
    return layer(tf.keras.Model(inputs, attend(inputs, inputs, use_causal_mask=True)), request)


@model("transformer block")
def transformer_block(request):
    attend = layers.MultiHeadAttention(request["heads"], request["headSize"])
    inputs = tf.keras.Input((request["length"], request["size"]))
    normed = layers.LayerNormalization(epsilon=1e-5)(inputs)
    x = inputs + attend(normed, normed, use_causal_mask=True)
    hidden = layers.Dense(request["inner"], activation=tf.nn.gelu)(layers.LayerNormalization(epsilon=1e-5)(x))
    return layer(tf.keras.Model(inputs, x + layers.Dense(request["size"])(hidden)), request)


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
