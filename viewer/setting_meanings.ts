/** What a setting is, in words. */
export interface SettingMeaning {
  /** What it means, in a sentence or two. */
  help: string;
  /** What it may be, its default, and what presets set it to. */
  details: string;
}

/** What settings mean, `settings.json`: by the kind of a run, then by the setting's name. */
export type SettingMeanings = Record<string, Record<string, SettingMeaning>>;

/**
 * What a setting means in runs of some kinds: one text or, where kinds do not agree, one for each of them.
 *
 * @returns Nothing where it is not known.
 */
export function meaningsOf(
  key: string,
  kinds: readonly string[],
  meanings: SettingMeanings,
): { kind?: string; help: string; details: string }[] {
  const found = [...new Set(kinds)].flatMap((kind) => {
    const meaning = Object.hasOwn(meanings, kind) ? meanings[kind][key] : undefined;
    return meaning ? [{ kind, ...meaning }] : [];
  });
  const alike = found.every(({ help, details }) => help === found[0].help && details === found[0].details);
  return alike ? found.slice(0, 1).map(({ help, details }) => ({ help, details })) : found;
}
