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


class ConcatSquash(tf.Module):
    """A layer that knows the time, `(x W + b) sigmoid(g t + g0) + h t`, on values and their derivatives."""

    def __init__(self, inputs, units):
        super().__init__()
        self.kernel = tf.Variable(tf.random.normal((inputs, units), stddev=inputs**-0.5))
        self.bias, self.gate, self.gate_bias, self.shift = (tf.Variable(tf.zeros((units,))) for _ in range(4))

    def __call__(self, values, tangents, time):
        gate = tf.sigmoid(self.gate * time + self.gate_bias)
        shifted = (tf.matmul(values, self.kernel) + self.bias) * gate + self.shift * time
        return shifted, tf.matmul(tangents, self.kernel) * gate


@model("ffjord")
def ffjord(request):
    batch, steps = request["batch"], request["solverSteps"]
    sizes = [2, *[request["units"]] * request["layers"], 2]
    net = [ConcatSquash(*pair) for pair in zip(sizes, sizes[1:])]
    variables = [variable for layer in net for variable in layer.trainable_variables]
    points = tf.random.normal((batch, 2))
    by_x, by_y = (tf.tile(tf.constant([row]), (batch, 1)) for row in ((1.0, 0.0), (0.0, 1.0)))

    def slope(x, time):
        values, tangents = x, tf.concat([by_x, by_y], 0)
        for i, layer in enumerate(net):
            if i:
                values = tf.tanh(values)
                rate = 1 - tf.square(values)
                tangents *= tf.concat([rate, rate], 0)
            values, tangents = layer(values, tangents, time)
        traces = tf.reduce_sum(tangents * tf.concat([by_x, by_y], 0), 1)
        return values, tf.reduce_sum(tf.reshape(traces, (2, batch)), 0)

    def loss():
        x, log_determinant, length = points, tf.zeros((batch,)), 1 / steps
        for step in range(steps):
            time = step * length
            first, first_trace = slope(x, time)
            second, second_trace = slope(x + first * length / 2, time + length / 2)
            third, third_trace = slope(x + second * length / 2, time + length / 2)
            fourth, fourth_trace = slope(x + third * length, time + length)
            x += (first + 2 * second + 2 * third + fourth) * length / 6
            log_determinant += (first_trace + 2 * second_trace + 2 * third_trace + fourth_trace) * length / 6
        density = -0.5 * tf.reduce_sum(tf.square(x), 1) - math.log(2 * math.pi)
        return -tf.reduce_mean(density + log_determinant)

    adam = tf.keras.optimizers.AdamW(request["learningRate"], weight_decay=request["weightDecay"])
    return train_step(loss, variables, adam), variables


class ActNorm(layers.Layer):
    """`(x + b) exp(l)` for each channel."""

    def build(self, shape):
        self.bias = self.add_weight(shape=(shape[-1],), initializer="zeros", name="bias")
        self.log_scale = self.add_weight(shape=(shape[-1],), initializer="zeros", name="log_scale")

    def call(self, x):
        return (x + self.bias) * tf.exp(self.log_scale)


class ZeroConv2D(layers.Layer):
    """A convolution that starts at 0, times `exp(3 l)` for each channel."""

    def __init__(self, filters):
        super().__init__()
        self.conv = layers.Conv2D(filters, 3, padding="same", kernel_initializer="zeros")

    def build(self, shape):
        self.conv.build(shape)
        self.log_scale = self.add_weight(shape=(self.conv.filters,), initializer="zeros", name="log_scale")

    def call(self, x):
        return self.conv(x) * tf.exp(3 * self.log_scale)


class InvertibleConv(layers.Layer):
    """A 1x1 convolution of weights in factors, `Q L (U + diag(exp(l)))`."""

    def build(self, shape):
        channels = shape[-1]
        self.rotation = tf.constant(tf.linalg.qr(tf.random.normal((channels, channels)))[0])
        self.below = tf.constant([[float(column < row) for column in range(channels)] for row in range(channels)])
        add = lambda name, *size: self.add_weight(shape=size, initializer="zeros", name=name)
        self.lower, self.upper = add("lower", channels, channels), add("upper", channels, channels)
        self.log_scale = add("log_scale", channels)

    def call(self, x):
        lower = self.lower * self.below + tf.eye(x.shape[-1])
        upper = self.upper * tf.transpose(self.below) + tf.linalg.diag(tf.exp(self.log_scale))
        weights = self.rotation @ lower @ upper
        return tf.reshape(tf.reshape(x, (-1, x.shape[-1])) @ weights, tf.shape(x))


@model("glow")
def glow(request):
    batch, size, shades = request["batch"], request["size"], 2 ** request["bits"]
    made, levels, channels, side = [], [], 3, size

    def keep(layer, shape):
        layer.build(shape)
        made.append(layer)
        return layer

    for level in range(request["levels"]):
        channels, side = channels * 4, side // 2
        steps = []
        for _ in range(request["flowSteps"]):
            wide, half = (batch, side, side, request["width"]), (batch, side, side, channels // 2)
            whole = (batch, side, side, channels)
            hidden = [
                keep(layers.Conv2D(wide[3], 3, padding="same", use_bias=False), half),
                keep(ActNorm(), wide),
                keep(layers.Conv2D(wide[3], 1, use_bias=False), wide),
                keep(ActNorm(), wide),
            ]
            steps.append((keep(ActNorm(), whole), keep(InvertibleConv(), whole), hidden, keep(ZeroConv2D(channels), wide)))
        last = level == request["levels"] - 1
        if not last:
            channels //= 2
        prior = ActNorm() if last else ZeroConv2D(2 * channels)
        levels.append((steps, keep(prior, (batch, side, side, channels)), last))
    variables = [variable for layer in made for variable in layer.trainable_variables]
    bytes_of = tf.cast(tf.random.uniform((batch, size, size, 3), 0, 256, tf.int32), tf.float32)

    def loss():
        shade = tf.floor(bytes_of * (shades / 256))
        x = (shade + tf.random.uniform(tf.shape(shade))) / shades - 0.5
        log_density = tf.zeros((batch,))
        total = lambda value: tf.reduce_sum(value, (1, 2, 3))
        for steps, prior, last in levels:
            x = tf.nn.space_to_depth(x, 2)
            places = x.shape[1] * x.shape[2]
            for norm, mixing, (first, first_norm, second, second_norm), output in steps:
                kept, moved = tf.split(mixing(norm(x)), 2, 3)
                inner = tf.nn.relu(second_norm(second(tf.nn.relu(first_norm(first(kept))))))
                shift, scale = tf.split(output(inner), 2, 3)
                log_scale = tf.math.log_sigmoid(scale + 2)
                x = tf.concat([kept, (moved + shift) * tf.exp(log_scale)], 3)
                log_density += total(log_scale)
                log_density += places * (tf.reduce_sum(norm.log_scale) + tf.reduce_sum(mixing.log_scale))
            if last:
                aside = prior(x)
                log_density += places * tf.reduce_sum(prior.log_scale)
            else:
                x, aside = tf.split(x, 2, 3)
                mean, log_deviation = tf.split(prior(x), 2, 3)
                aside = (aside - mean) * tf.exp(-log_deviation)
                log_density -= total(log_deviation)
            log_density -= total(0.5 * tf.square(aside) + 0.5 * math.log(2 * math.pi))
        return -tf.reduce_mean(log_density)

    return train_step(loss, variables, tf.keras.optimizers.Adam(request["learningRate"])), variables
