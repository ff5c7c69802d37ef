import { useComputed, useSignal } from "@preact/signals";
import type { ArrayInput } from "../../lab/ability.ts";
import { PictureStrip } from "../latents/picture_strip.tsx";
import { messageOf } from "../state/async_state.ts";
import { PixelCanvas, type RgbPicture } from "../ui/pixel_canvas.tsx";
import { Button } from "../ui/controls.tsx";

/** One of the model's held-out pictures, or a file of the reader's, brought to the size that the model takes. */
export function PictureChooser({ label, shape: { size, examples }, onChoose }: {
  label: string;
  shape: Extract<ArrayInput["shape"], { type: "pictures" }>;
  /** Hears of RGB bytes, `[height, width, 3]`. */
  onChoose: (picture: Uint8Array) => void;
}) {
  const problem = useSignal<string | undefined>(undefined);
  const pictures = useComputed(() => examples);
  const [height, width] = size;
  const length = height * width * 3;
  const count = (examples?.length ?? 0) / length;
  const chosen = useSignal<RgbPicture | undefined>(undefined);
  const choose = (picture: Uint8Array) => {
    chosen.value = { data: picture.slice(), height, width };
    onChoose(picture);
  };
  const open = () => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = "image/*";
    input.addEventListener("change", async () => {
      const file = input.files?.[0];
      if (!file) return;
      try {
        choose(await readPicture(file, size));
        problem.value = undefined;
      } catch (error) {
        problem.value = `Cannot open "${file.name}": expected a picture (${messageOf(error)})`;
      }
    });
    input.click();
  };
  return (
    <div class="model-chooser">
      <p class="small dim">{label}</p>
      {count > 0 && (
        <PictureStrip
          label="Held-out pictures"
          pictures={pictures}
          size={size}
          titles={Array.from({ length: count }, (_, n) => `Held-out picture ${n + 1}`)}
          onPick={(index) => choose(examples!.slice(index * length, (index + 1) * length))}
        />
      )}
      <Button label="Open a picture…" onClick={open} />
      {chosen.value && (
        <p>
          <PixelCanvas picture={chosen} label="The chosen picture" class="model-chosen" />
        </p>
      )}
      {problem.value && <p class="notice error" role="alert">{problem.value}</p>}
    </div>
  );
}

/** A picture of any size, as large as wanted. */
async function readPicture(file: File, [height, width]: readonly [number, number]): Promise<Uint8Array> {
  const bitmap = await createImageBitmap(file, {
    resizeHeight: height,
    resizeWidth: width,
    resizeQuality: "high",
  });
  const context = new OffscreenCanvas(width, height).getContext("2d")!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height).data.filter((_, i) => i % 4 < 3) as unknown as Uint8Array;
}
