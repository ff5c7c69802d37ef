/**
 * The items that hold every word that was typed, in any order; those whose words begin with what was typed come first,
 * otherwise the order stays.
 */
export function matchWords<T>(items: readonly T[], typed: string, textOf: (item: T) => string): T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...items];
  const ranked = items.flatMap((item) => {
    const text = ` ${textOf(item).toLowerCase()}`;
    if (!words.every((word) => text.includes(word))) return [];
    return [{ item, inner: words.filter((word) => !text.includes(` ${word}`)).length }];
  });
  return ranked.sort((a, b) => a.inner - b.inner).map(({ item }) => item);
}
