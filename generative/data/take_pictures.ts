import type { PictureData } from "./dataset.ts";

/** Which pictures {@link takePictures} takes. */
export interface TakeOptions {
  /** The first. @default 0 */
  first?: number;
  /** The one after the last. @default all */
  end?: number;
  /** How many at most; 0 takes all of them. @default 0 */
  limit?: number;
}

/** A run of pictures with all that is known of them; the arrays are views of the whole ones. */
export function takePictures(
  data: PictureData,
  { first = 0, end = data.count, limit = 0 }: TakeOptions = {},
): PictureData {
  const last = limit > 0 ? Math.min(end, first + limit) : end;
  const length = data.height * data.width * data.channels;
  return {
    ...data,
    count: last - first,
    pictures: data.pictures.subarray(first * length, last * length),
    ...data.labels && { labels: data.labels.subarray(first, last) },
    ...data.captions && { captions: data.captions.slice(first, last) },
    ...data.attributes && {
      attributes: Object.fromEntries(
        Object.entries(data.attributes).map(([name, values]) => [name, values.subarray(first, last)]),
      ),
    },
  };
}
