import type { Picture } from "../../../core/pictures/picture.ts";
import type { NamedTensors } from "../../nn/parameters.ts";
import type { Artifact, GenerativeModel } from "../model.ts";
import type { ModelChecker } from "./model_checker.ts";

/**
 * What `explore` shows is whole and decided by the seed, and the pictures that its page shows are there.
 *
 * @param own Whether the data are those of the kind's presets, which its page is about.
 */
export async function checkArtifacts(
  check: ModelChecker,
  model: GenerativeModel,
  { parameters, own }: { parameters: NamedTensors; own: boolean },
): Promise<void> {
  const { pictures = [] } = check.kind.page ?? {};
  const explore = () => check.leaves("explore()", () => collect(check, model, parameters), () => undefined);
  const artifacts = await explore();
  check.same(artifacts, await explore(), "the same from explore() with the same seed");
  const names = artifacts.map(({ name }) => name);
  const missing = own && pictures.find((name) => !names.includes(name));
  check.expect(!missing, `the picture "${missing}" that its page shows`, names.join(", ") || "none");
  for (const [i, { name, caption, content }] of artifacts.entries()) {
    check.expect(/^\w+$/.test(name), "artifacts named by letters, digits and _", `"${name}"`);
    check.expect(names.indexOf(name) === i, "artifacts with names of their own", `"${name}" twice`);
    check.expect(caption.trim().length > 0, `a caption of "${name}"`, "none");
    if ("svg" in content) {
      const whole = content.svg.startsWith("<svg") && !/<script|\b(NaN|Infinity)\b/.test(content.svg);
      check.expect(whole, `an SVG drawing of finite numbers, without scripts, as "${name}"`, "another");
    } else if ("text" in content) check.expect(content.text.length > 0, `a text as "${name}"`, "nothing");
    else if ("pieces" in content) {
      check.expect(content.pieces.length > 0, `pieces in the music "${name}"`, "none");
    } else if ("frames" in content) {
      check.expect(content.frames.length > 0, `pictures in the film "${name}"`, "none");
      for (const frame of content.frames) checkPicture(check, frame, `"${name}"`);
    } else checkPicture(check, content, `"${name}"`);
  }
}

async function collect(
  { trial: { learned, held, random } }: ModelChecker,
  model: GenerativeModel,
  parameters: NamedTensors,
): Promise<Artifact[]> {
  const context = {
    parameters,
    data: held,
    learned: () => Promise.resolve(learned),
    random: random.fork("explore"),
  };
  return model.explore ? await Array.fromAsync(model.explore(context)) : [];
}

/** A picture is whole: three bytes a pixel. */
export function checkPicture(check: ModelChecker, { width, height, data }: Picture, what: string): void {
  const whole = width > 0 && height > 0 && data?.length === 3 * width * height;
  check.expect(
    whole,
    `width x height x 3 bytes in ${what}`,
    `${width} x ${height} and ${data?.length} bytes`,
  );
}
