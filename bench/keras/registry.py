"""What the models of this folder share: the registry, a compiled train step, and data.

A model is a function `(request) -> (step, variables)`, registered under the lab's name of it: `step()` runs one
training step on a fixed batch and waits for it; the fields of a request are the model's configuration.
"""

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


def clipped_adam(request):
    """Adam on gradients of a global norm of 1 at most, with weight decay where the lab's has it."""
    decay = request.get("weightDecay") or None
    adam = tf.keras.optimizers.AdamW if decay else tf.keras.optimizers.Adam
    options = {"weight_decay": decay} if decay else {}
    return adam(request["learningRate"], global_clipnorm=1.0, **options)


def gelu(x):
    """By tanh, as the lab computes it."""
    return tf.nn.gelu(x, approximate=True)


def pictures(batch, size, channels):
    return tf.random.uniform((batch, size, size, channels))


def bernoulli_cross_entropy(target, mean):
    """Keras's own, a mean over pixels."""
    return tf.reduce_mean(tf.keras.losses.binary_crossentropy(target, mean))
