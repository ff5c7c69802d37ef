import type { Dataset } from "./dataset.ts";
import { contentDigest } from "./split_by_content.ts";

/** What each example is known by: its pixels, tokens or coordinates, as 16 hexadecimal digits. */
export function exampleDigests(data: Dataset): string[] {
  const numbers = numbersOf(data);
  const length = numbers.length / data.count;
  return Array.from({ length: data.count }, (_, n) => {
    const { buffer, byteOffset, byteLength } = numbers.subarray(n * length, (n + 1) * length);
    return contentDigest(new Uint8Array(buffer, byteOffset, byteLength));
  });
}

/** The same where labels, attributes and captions count, too. @param digests Of the examples, see {@link exampleDigests}. */
export function labelledDigests(data: Dataset, digests: readonly string[]): string[] {
  return digests.map((digest, n) => contentDigest(digest + JSON.stringify(labelsOf(data, n))));
}

/** Some examples with all that is known of them, in the order of the indices. */
export function selectExamples(data: Dataset, indices: readonly number[]): Dataset {
  const pick = <T extends Uint8Array | Int32Array | Float32Array>(all: T, length = 1): T => {
    const some = all.slice(0, indices.length * length) as T;
    indices.forEach((index, n) => some.set(all.subarray(index * length, (index + 1) * length), n * length));
    return some;
  };
  const count = indices.length;
  switch (data.kind) {
    case "pictures": {
      const { pictures, labels, attributes, captions } = data;
      return {
        ...data,
        count,
        pictures: pick(pictures, data.height * data.width * data.channels),
        ...labels && { labels: pick(labels) },
        ...captions && { captions: indices.map((index) => captions[index]) },
        ...attributes && {
          attributes: Object.fromEntries(Object.entries(attributes).map(([name, has]) => [name, pick(has)])),
        },
      };
    }
    case "text":
      return {
        ...data,
        count,
        tokens: pick(data.tokens, data.length),
        ...data.given && { given: pick(data.given) },
        ...data.headings && { headings: indices.map((index) => data.headings![index]) },
        ...data.characters && { characters: pick(data.characters) },
        ...data.spelling && { spelling: pick(data.spelling) },
      };
    case "music":
      return { ...data, count, tokens: pick(data.tokens, data.length * data.streams.length) };
    case "points": {
      const { points, labels } = data;
      return { ...data, count, points: pick(points, data.dimensions), ...labels && { labels: pick(labels) } };
    }
  }
}

function numbersOf(data: Dataset): Uint8Array | Int32Array | Float32Array {
  switch (data.kind) {
    case "pictures":
      return data.pictures;
    case "text":
    case "music":
      return data.tokens;
    case "points":
      return data.points;
  }
}

function labelsOf(data: Dataset, index: number): unknown[] {
  if (data.kind === "text" || data.kind === "music") return [];
  const known: unknown[] = [data.labels?.[index]];
  if (data.kind === "pictures") {
    known.push(data.captions?.[index], ...Object.values(data.attributes ?? {}).map((has) => has[index]));
  }
  return known;
}
