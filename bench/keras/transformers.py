"""Chapter 9: transformers of texts."""

import tensorflow as tf

from registry import clipped_adam, layers, model, train_step


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
            x, request, inner=4 * width, activation="gelu", epsilon=1e-12, causal=False, mask=seen,
            weight_dropout=request["dropout"],
        )
    x = layers.Dense(width, activation="gelu")(tf.keras.ops.matmul(chosen, x))
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
