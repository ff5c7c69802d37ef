"""Chapter 5: autoregressive models."""

import numpy as np
import tensorflow as tf

from registry import layers, model, train_step


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
