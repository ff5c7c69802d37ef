import type { RandomStream } from "../../../core/random_stream.ts";

/** Haircuts that come down to the shoulders, shorter ones, and what is worn on the head. */
const LONG = ["bigHair", "bob", "curly", "curvy", "dreads", "longButNotTooLong", "miaWallace", "straight01"]
  .concat(["straight02", "straightAndStrand"]);
const SHORT = ["bun", "dreads01", "frizzle", "fro", "shaggy", "shaggyMullet", "shortCurly", "shortFlat"]
  .concat(["shortRound", "shortWaved", "theCaesar", "theCaesarAndSidePart"]);
const HATS = ["hat", "hijab", "turban", "winterHat1", "winterHat02", "winterHat03", "winterHat04"];

/** Hair's colours, by name. */
const HAIR = {
  blond: ["d6b370", "ecdcbf", "f2d16b"],
  brown: ["724133", "a55728", "4a312c", "b58143"],
  black: ["2c1b18"],
  red: ["c93305"],
  grey: ["e8e1e1", "b7b2b2"],
} as const;
/** Brown is more frequent than red. */
const HAIR_COLORS = ["blond", "blond", "brown", "brown", "brown", "black", "black", "red", "grey"] as const;
const SKIN = ["614335", "ae5d29", "d08b5b", "edb98a", "ffdbb4", "ffdbb4", "f8d25c"];
const CLOTHES = ["262e33", "65c9ff", "5199e4", "25557c", "e6e6e6", "929598", "ffafb9", "ffffb1", "ff5c5c"];
const SMILES = ["smile", "twinkle", "default"];
const OTHER_MOUTHS = ["serious", "sad", "concerned", "disbelief", "grimace", "screamOpen", "eating"];

/** A face, drawn at random: what DiceBear's `avataaars` is told, by its own names. */
export interface AvatarTraits {
  /** Haircut or hat. */
  top: string;
  /** Of the hair, as rrggbb. */
  hairColor: string;
  /** Of the hat, as rrggbb. */
  hatColor: string;
  /** The colour of the skin, as rrggbb. */
  skinColor: string;
  /** The colour of the clothes, as rrggbb. */
  clothesColor: string;
  /** Mostly a garment; graphics on it depend on nothing else. */
  clothing: string;
  /** The mouth. */
  mouth: string;
  /** The eyes. */
  eyes: string;
  /** The eyebrows. */
  eyebrows: string;
  /** Glasses, or none. */
  accessories?: string;
  /** A beard or moustache, or none. */
  facialHair?: string;
}

/** Draws a face. @param random Of this face alone. */
export function avatarTraits(random: RandomStream): AvatarTraits {
  const pick = <T>(items: readonly T[]) => items[random.integer(0, items.length)];
  const chance = (share: number) => random.uniform() < share;
  const hairColor = pick<string>(
    HAIR[pick(HAIR_COLORS)],
  );
  const long = chance(0.45);
  const hat = chance(0.12);
  const smiling = chance(0.55);
  const clothing = pick(["blazerAndShirt", "blazerAndSweater", "collarAndSweater", "hoodie", "overall"]
    .concat(["shirtCrewNeck", "shirtScoopNeck", "shirtVNeck"]));
  const glasses = chance(0.25) &&
    pick(["prescription01", "prescription02", "round", "wayfarers", "sunglasses"]);
  const facialHair = chance(long ? 0.04 : 0.35) &&
    pick(["beardLight", "beardMedium", "beardMajestic", "moustacheFancy", "moustacheMagnum"]);
  return {
    top: pick(hat ? HATS : long ? LONG : SHORT),
    hairColor,
    hatColor: pick(CLOTHES),
    skinColor: pick(SKIN),
    clothesColor: pick(CLOTHES),
    clothing,
    mouth: pick(smiling ? SMILES : OTHER_MOUTHS),
    eyes: pick(["default", "default", "default", "happy", "side", "squint", "surprised", "wink", "closed"]),
    eyebrows: pick([
      "default",
      "defaultNatural",
      "flatNatural",
      "raisedExcited",
      "raisedExcitedNatural",
      "upDown",
    ]),
    ...glasses && { accessories: glasses },
    ...facialHair && { facialHair },
  };
}

/** What can be asked of a face. The colour of hair counts only where hair shows. */
export const AVATAR_ATTRIBUTES = {
  blondHair: (traits) => hairIs(traits, "blond"),
  brownHair: (traits) => hairIs(traits, "brown"),
  blackHair: (traits) => hairIs(traits, "black"),
  redHair: (traits) => hairIs(traits, "red"),
  greyHair: (traits) => hairIs(traits, "grey"),
  longHair: ({ top }) => LONG.includes(top),
  hat: ({ top }) => HATS.includes(top),
  glasses: ({ accessories }) => accessories !== undefined,
  sunglasses: ({ accessories }) => accessories === "sunglasses" || accessories === "wayfarers",
  beard: ({ facialHair }) => facialHair?.startsWith("beard") ?? false,
  moustache: ({ facialHair }) => facialHair?.startsWith("moustache") ?? false,
  smiling: ({ mouth }) => SMILES.includes(mouth),
  darkSkin: ({ skinColor }) => ["614335", "ae5d29"].includes(skinColor),
} satisfies Record<string, (traits: AvatarTraits) => boolean>;

function hairIs({ top, hairColor }: AvatarTraits, name: keyof typeof HAIR): boolean {
  return !HATS.includes(top) && (HAIR[name] as readonly string[]).includes(hairColor);
}
