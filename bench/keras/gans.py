"""Chapter 4: adversarial networks."""

import tensorflow as tf

from registry import layers, model, pictures


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
