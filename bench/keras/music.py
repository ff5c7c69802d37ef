"""Chapter 11: music."""

import tensorflow as tf

from registry import clipped_adam, gelu, layers, model, train_step
from transformers import cross_entropy, post_norm_block


def sinusoids(length, width):
    """Sines and cosines of places in turn, as the book's layer makes them."""
    frequencies = 10_000.0 ** (-2.0 * tf.cast(tf.range(width) // 2, tf.float32) / width)
    angles = tf.range(float(length))[:, None] * frequencies
    return tf.where(tf.range(width) % 2 == 0, tf.sin(angles), tf.cos(angles))


@model("music-transformer")
def music_transformer(request):
    """The book's."""
    batch, length, width = request["batch"], request["length"] - 1, request["width"]
    words = {"notes": request["streams"][0], "durations": request["streams"][1]}
    starts = [tf.keras.Input((length,), dtype="int32") for _ in words]
    places = sinusoids(length, width // 2)
    x = layers.Concatenate()(
        [layers.Embedding(count, width // 2)(start) + places for start, count in zip(starts, words.values())]
    )
    for _ in range(request["layers"]):
        x = post_norm_block(x, request, inner=request["inner"])
    net = tf.keras.Model(starts, [layers.Dense(count)(x) for count in words.values()])
    streams = [tf.random.uniform((batch, length + 1), 1, count, tf.int32) for count in words.values()]

    def loss():
        answers = net([stream[:, :-1] for stream in streams], training=True)
        return sum(cross_entropy(stream[:, 1:], logits) for stream, logits in zip(streams, answers))

    return train_step(loss, net.trainable_variables, tf.keras.optimizers.Adam()), net.trainable_variables


class RelativeAttention(layers.Layer):
    """Causal attention with a learned vector for each distance (Huang et al., 2019, section 3.4)."""

    def __init__(self, heads):
        super().__init__()
        self.heads = heads

    def build(self, shape):
        _, self.length, width = shape
        self.size = width // self.heads
        self.project, self.join = layers.Dense(3 * width), layers.Dense(width)
        self.project.build(shape)
        self.join.build(shape)
        self.table = self.add_weight(shape=(self.length, self.size), name="table")

    def call(self, x):
        batch, length = x.shape[0], self.length
        parts = tf.reshape(self.project(x), (batch, length, 3, self.heads, self.size))
        queries, keys, values = tf.unstack(tf.transpose(parts, (2, 0, 3, 1, 4)))
        queries *= self.size**-0.5
        products = tf.pad(tf.einsum("bhtd,sd->bhts", queries, self.table), ((0, 0), (0, 0), (0, 0), (1, 0)))
        skewed = tf.reshape(products, (batch, self.heads, length + 1, length))[:, :, 1:]
        logits = tf.matmul(queries, keys, transpose_b=True) + skewed
        logits += (tf.linalg.band_part(tf.ones((length, length)), -1, 0) - 1) * 1e9
        means = tf.transpose(tf.matmul(tf.nn.softmax(logits), values), (0, 2, 1, 3))
        return self.join(tf.reshape(means, (batch, length, -1)))


@model("chorale-transformer")
def chorale_transformer(request):
    batch, length, width = request["batch"], request["length"] - 1, request["width"]
    words, *known = request["streams"]
    counts = (words, *known, 4)
    starts = [tf.keras.Input(batch_shape=(batch, length), dtype="int32") for _ in counts]
    x = layers.Add()([layers.Embedding(count, width)(start) for start, count in zip(starts, counts)])
    for _ in range(request["layers"]):
        attended = RelativeAttention(request["heads"])(layers.LayerNormalization(epsilon=1e-5)(x))
        x = layers.Add()([x, layers.Dropout(request["dropout"])(attended)])
        inner = layers.Dense(request["inner"], activation=gelu)(layers.LayerNormalization(epsilon=1e-5)(x))
        x = layers.Add()([x, layers.Dropout(request["dropout"])(layers.Dense(width)(inner))])
    net = tf.keras.Model(starts, layers.Dense(words)(layers.LayerNormalization(epsilon=1e-5)(x)))
    tokens = tf.random.uniform((batch, length + 1), 1, words, tf.int32)
    told = [tf.random.uniform((batch, length), 0, count, tf.int32) for count in known]
    voices = tf.tile((tf.range(1, length + 1) % 4)[None], (batch, 1))
    loss = lambda: cross_entropy(tokens[:, 1:], net([tokens[:, :-1], *told, voices], training=True))
    return train_step(loss, net.trainable_variables, clipped_adam(request)), net.trainable_variables


BARS, STEPS, PITCHES, TRACKS, Z = 2, 16, 84, 4, 32


def spread(x, filters, kernel, strides, activation="relu"):
    """A transposed convolution; with normalisation unless it ends in tanh."""
    x = layers.Conv2DTranspose(filters, kernel, strides)(x)
    if activation == "tanh":
        return layers.Activation("tanh")(x)
    return layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(x))


def temporal_network(narrow):
    start = tf.keras.Input((Z,))
    x = spread(layers.Reshape((1, 1, Z))(start), 1024 // narrow, (2, 1), 1)
    x = spread(x, Z, (BARS - 1, 1), 1)
    return tf.keras.Model(start, layers.Reshape((BARS, Z))(x))


def bar_generator(narrow):
    wide, middle, small = 1024 // narrow, 512 // narrow, 256 // narrow
    start = tf.keras.Input((4 * Z,))
    x = layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(layers.Dense(wide)(start)))
    x = layers.Reshape((2, 1, middle))(x)
    for filters in (middle, small, small):
        x = spread(x, filters, (2, 1), (2, 1))
    x = spread(x, small, (1, 7), (1, 7))
    x = spread(x, 1, (1, 12), (1, 12), "tanh")
    return tf.keras.Model(start, layers.Reshape((1, STEPS, PITCHES, 1))(x))


def muse_critic(narrow):
    width, wide, last, dense = 128 // narrow, 256 // narrow, 512 // narrow, 1024 // narrow
    net = [tf.keras.Input((BARS, STEPS, PITCHES, TRACKS))]
    for filters, kernel, strides, padding in (
        (width, (2, 1, 1), 1, "valid"),
        (width, (BARS - 1, 1, 1), 1, "valid"),
        (width, (1, 1, 12), (1, 1, 12), "same"),
        (width, (1, 1, 7), (1, 1, 7), "same"),
        (width, (1, 2, 1), (1, 2, 1), "same"),
        (width, (1, 2, 1), (1, 2, 1), "same"),
        (wide, (1, 4, 1), (1, 2, 1), "same"),
        (last, (1, 3, 1), (1, 2, 1), "same"),
    ):
        net += [layers.Conv3D(filters, kernel, strides, padding=padding), layers.LeakyReLU(negative_slope=0.2)]
    net += [layers.Flatten(), layers.Dense(dense), layers.LeakyReLU(negative_slope=0.2), layers.Dense(1)]
    return tf.keras.Sequential(net)


@model("musegan")
def musegan(request):
    batch, narrow = request["batch"], request["narrow"]
    critic = muse_critic(narrow)
    chords = temporal_network(narrow)
    melodies = [temporal_network(narrow) for _ in range(TRACKS)]
    bars = [bar_generator(narrow) for _ in range(TRACKS)]
    parts = [chords, *melodies, *bars]
    generator_variables = [variable for part in parts for variable in part.trainable_variables]
    adams = [tf.keras.optimizers.Adam(request["learningRate"], beta_1=0.5, beta_2=0.9) for _ in range(2)]
    adams[0].build(critic.trainable_variables)
    adams[1].build(generator_variables)
    real = tf.random.uniform((batch, BARS, STEPS, PITCHES, TRACKS), -1, 1)

    def generate():
        draw = lambda *shape: tf.random.normal((batch, *shape))
        harmony, style = chords(draw(Z), training=True), draw(Z)
        tracks = []
        for melody, play in zip(melodies, bars):
            own, groove = melody(draw(Z), training=True), draw(Z)
            made = [play(tf.concat([harmony[:, i], style, own[:, i], groove], 1), training=True) for i in range(BARS)]
            tracks.append(tf.concat(made, 1))
        return tf.concat(tracks, 4)

    @tf.function
    def step():
        for _ in range(request["criticSteps"]):
            with tf.GradientTape() as tape:
                fake = generate()
                between = real + tf.random.normal((batch, 1, 1, 1, 1)) * (fake - real)
                with tf.GradientTape() as inner:
                    inner.watch(between)
                    at_between = critic(between)
                norm = tf.sqrt(tf.reduce_sum(tf.square(inner.gradient(at_between, between)), (1, 2, 3)))
                penalty = request["penaltyWeight"] * tf.reduce_mean(tf.square(norm - 1))
                critic_loss = tf.reduce_mean(critic(fake)) - tf.reduce_mean(critic(real)) + penalty
            gradients = tape.gradient(critic_loss, critic.trainable_variables)
            adams[0].apply_gradients(zip(gradients, critic.trainable_variables))
        with tf.GradientTape() as tape:
            generator_loss = -tf.reduce_mean(critic(generate()))
        adams[1].apply_gradients(zip(tape.gradient(generator_loss, generator_variables), generator_variables))
        return critic_loss + generator_loss

    return lambda: step().numpy(), critic.trainable_variables + generator_variables
