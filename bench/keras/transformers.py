"""Chapter 9: transformers of texts."""

import math

import tensorflow as tf

from registry import clipped_adam, gelu, layers, model, train_step


def post_norm_block(x, request, *, inner, activation="relu", epsilon=1e-6, causal=True, mask=None, weight_dropout=0.0):
    """A block with the norms behind its parts, as in the first transformer."""
    width = x.shape[-1]
    size = request.get("headSize") or width // request["heads"]
    attended = layers.MultiHeadAttention(request["heads"], size, dropout=weight_dropout)(
        x, x, use_causal_mask=causal, attention_mask=mask
    )
    x = layers.LayerNormalization(epsilon=epsilon)(x + layers.Dropout(request["dropout"])(attended))
    fed = layers.Dense(width)(layers.Dense(inner, activation=activation)(x))
    return layers.LayerNormalization(epsilon=epsilon)(x + layers.Dropout(request["dropout"])(fed))


class Places(layers.Layer):
    """Adds a learned vector for each place."""

    def __init__(self, count):
        super().__init__()
        self.count = count

    def build(self, shape):
        self.table = self.add_weight(shape=(self.count, shape[-1]), name="table")

    def call(self, x):
        return x + self.table[: x.shape[1]]


def random_tokens(request):
    return tf.random.uniform((request["batch"], request["length"]), 2, request["vocabulary"], tf.int32)


cross_entropy = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@model("gpt")
def gpt(request):
    """The book's."""
    length, width = request["length"] - 1, request["width"]
    start = tf.keras.Input((length,), dtype="int32")
    x = Places(length)(layers.Embedding(request["vocabulary"], width)(start))
    for _ in range(request["layers"]):
        x = post_norm_block(x, request, inner=request["inner"])
    net = tf.keras.Model(start, layers.Dense(request["vocabulary"])(x))
    tokens = random_tokens(request)
    loss = lambda: cross_entropy(tokens[:, 1:], net(tokens[:, :-1], training=True))
    return train_step(loss, net.trainable_variables, tf.keras.optimizers.Adam()), net.trainable_variables


@model("masked-words")
def masked_words(request):
    """BERT: a share of the tokens is guessed from both sides."""
    batch, length, width, vocabulary = (request[key] for key in ("batch", "length", "width", "vocabulary"))
    most = max(1, round(request["masked"] * length))
    normal = tf.keras.initializers.RandomNormal(stddev=0.02)
    table = layers.Embedding(vocabulary + 1, width, embeddings_initializer=normal)
    start, chosen = tf.keras.Input((length,), dtype="int32"), tf.keras.Input((most, length))
    x = layers.LayerNormalization(epsilon=1e-12)(Places(length)(table(start)))
    x = layers.Dropout(request["dropout"])(x)
    seen = tf.keras.ops.expand_dims(tf.keras.ops.not_equal(start, 0), 1)
    for _ in range(request["layers"]):
        x = post_norm_block(
            x, request, inner=4 * width, activation=gelu, epsilon=1e-12, causal=False, mask=seen,
            weight_dropout=request["dropout"],
        )
    x = layers.Dense(width, activation=gelu)(tf.keras.ops.matmul(chosen, x))
    net = tf.keras.Model([start, chosen], layers.LayerNormalization(epsilon=1e-12)(x))
    bias = tf.Variable(tf.zeros((vocabulary + 1,)))
    variables = net.trainable_variables + [bias]
    tokens = random_tokens(request)

    def loss():
        _, places = tf.math.top_k(tf.random.uniform((batch, length)), most)
        chosen = tf.one_hot(places, length)
        hidden = tf.reduce_sum(chosen, 1)
        fate = tf.random.uniform((batch, length))
        any_token = tf.random.uniform((batch, length), 2, vocabulary, tf.int32)
        shown = tf.where(hidden * fate > 0.9, any_token, tokens)
        shown = tf.where((hidden > 0) & (fate < 0.8), vocabulary, shown)
        states = net([shown, chosen], training=True)
        logits = tf.matmul(tf.reshape(states, (-1, width)), table.embeddings, transpose_b=True) + bias
        return cross_entropy(tf.reshape(tf.gather(tokens, places, batch_dims=1), (-1,)), logits)

    return train_step(loss, variables, clipped_adam(request)), variables


class BiasedAttention(layers.Layer):
    """T5's attention: no biases, logits that are not scaled, and a bias by distance that the caller adds."""

    def __init__(self, heads, dropout):
        super().__init__()
        self.heads, self.drop = heads, layers.Dropout(dropout)

    def build(self, shape):
        self.parts = [layers.Dense(shape[-1], use_bias=False) for _ in range(4)]
        for part in self.parts:
            part.build(shape)

    def call(self, x, context, bias, training):
        split = lambda y: tf.transpose(tf.reshape(y, (y.shape[0], y.shape[1], self.heads, -1)), (0, 2, 1, 3))
        queries, keys, values = (split(part(y)) for part, y in zip(self.parts, (x, context, context)))
        weights = self.drop(tf.nn.softmax(tf.matmul(queries, keys, transpose_b=True) + bias), training=training)
        return self.parts[3](tf.reshape(tf.transpose(tf.matmul(weights, values), (0, 2, 1, 3)), x.shape))


def distance_buckets(length, buckets, causal, furthest=128):
    """T5's buckets of query's place minus key's: near distances one by one, further ones by the logarithm."""
    away = tf.range(length)[:, None] - tf.range(length)
    side = buckets if causal else buckets // 2
    future = 0 if causal else tf.where(away < 0, side, 0)
    away = tf.maximum(away, 0) if causal else tf.abs(away)
    exact = side // 2
    octaves = tf.math.log(tf.maximum(tf.cast(away, tf.float32), 1) / exact) / math.log(furthest / exact)
    far = tf.minimum(exact + tf.cast(octaves * (side - exact), tf.int32), side - 1)
    return future + tf.where(away < exact, away, far)


@model("text-to-text")
def text_to_text(request):
    batch, length, width, dropout = (request[key] for key in ("batch", "length", "width", "dropout"))
    hidden = max(1, round(length * request["masked"]))
    most = max(1, round(hidden / request["meanSpan"]))
    answer, vocabulary, heads = hidden + most + 1, request["vocabulary"] + most + 1, request["heads"]
    table = tf.Variable(tf.random.normal((vocabulary, width)))
    biases = [tf.Variable(tf.random.normal((request["buckets"], heads), stddev=0.02)) for _ in range(2)]
    made = []

    def keep(layer):
        layer.build((batch, length, width))
        made.append(layer)
        return layer

    def block(cross):
        norm = lambda: keep(layers.RMSNormalization(epsilon=1e-6))
        attend = lambda: (norm(), keep(BiasedAttention(heads, dropout)))
        feed = tf.keras.Sequential(
            [layers.Dense(request["inner"], use_bias=False, activation="relu"), layers.Dense(width, use_bias=False)]
        )
        return attend(), attend() if cross else None, (norm(), keep(feed))

    encoder, decoder = ([block(cross) for _ in range(request["layers"])] for cross in (False, True))
    ends = [keep(layers.RMSNormalization(epsilon=1e-6)) for _ in range(2)]
    drop = layers.Dropout(dropout)
    variables = [table, *biases] + [variable for layer in made for variable in layer.trainable_variables]
    buckets = distance_buckets(length, request["buckets"], False), distance_buckets(answer, request["buckets"], True)
    future = (tf.linalg.band_part(tf.ones((answer, answer)), -1, 0) - 1) * 1e9
    source = tf.random.uniform((batch, length), 2, vocabulary, tf.int32)
    target = tf.random.uniform((batch, answer), 2, vocabulary, tf.int32)

    def through(blocks, end, tokens, bias, context=None):
        x = drop(tf.gather(table, tokens), training=True)
        for (norm, attend), cross, (feed_norm, feed) in blocks:
            normed = norm(x)
            x += drop(attend(normed, normed, bias, training=True), training=True)
            if cross:
                x += drop(cross[1](cross[0](x), context, tf.zeros(()), training=True), training=True)
            x += drop(feed(feed_norm(x)), training=True)
        return end(x)

    def loss():
        by_distance = [
            tf.transpose(tf.gather(bias, bucket), (2, 0, 1)) for bias, bucket in zip(biases, buckets)
        ]
        context = through(encoder, ends[0], source, by_distance[0])
        begun = tf.concat([tf.zeros((batch, 1), tf.int32), target[:, :-1]], 1)
        states = through(decoder, ends[1], begun, by_distance[1] + future, context) * width**-0.5
        logits = tf.matmul(tf.reshape(states, (-1, width)), table, transpose_b=True)
        return cross_entropy(tf.reshape(target, (-1,)), logits)

    return train_step(loss, variables, clipped_adam(request)), variables
