/**
 * What the fields of the models' configurations mean, in words for `--help` and settings: a field means the same in
 * every model that has it.
 */
export const FIELD_HELP: Readonly<Record<string, string>> = {
  data: "data set, or a folder or file of your own (see deno task data)",
  size: "side of the pictures in pixels; 0 leaves them as they are",
  examples: "training examples at most; 0 takes all",
  epochs: "passes over the training data",
  batchSize: "examples in a step",
  seed: "seed of all randomness",
  fit: "how pictures are brought to their size",
  length: "tokens in each text; 0 takes the data set's own",
  vocabulary: "words in the vocabulary",
  epochSteps: "steps that count as an epoch; 0 is a pass over the data",
  distanceSamples: "samples drawn after every epoch to measure their distance from the data; 0 measures none",
  learningRate: "learning rate of Adam",
  dropoutRate: "share of features dropped in training",
  dropout: "share of features dropped in training",
  cells: "cells on each side of the grid; 1 is the book's box, more make a histogram",
  latentSize: "size of the latent space",
  reconstructionWeight: "weight of the reconstruction loss beside the KL divergence",
  filters: "channels of the convolutions",
  embeddingSize: "size of the word embeddings",
  units: "units of the LSTM",
  maskPadding: "leave padding out of the loss (the book counts it)",
  prompt: "how samples begin, unless sample is given another prompt",
  blocks: "blocks of layers",
  levels: "grey levels",
  hierarchies: "resolutions of the feature maps, each half of the one before",
  components: "logistic distributions in the mixture of a pixel",
  epochSamples: "pictures drawn after every epoch",
  secondSlope: "slope of the critic's second leaky ReLU; the others' is 0.2",
  criticSteps: "critic updates for each generator update",
  penaltyWeight: "weight of the gradient penalty (lambda)",
  interpolation:
    "how points between real and generated pictures are drawn: uniform (the paper) or normal (the book)",
  labelNoise: "how far the discriminator's labels are moved at random: outwards, or inwards below 0",
};
