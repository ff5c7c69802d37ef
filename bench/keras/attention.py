"""Layers alone, for bench/attention.ts."""

import tensorflow as tf

from registry import layers, model, train_step


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
