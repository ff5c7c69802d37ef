"""Chapter 2: classifiers."""

import tensorflow as tf

from registry import layers, model, pictures, train_step


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
