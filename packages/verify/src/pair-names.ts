/** Names that belong together, and those that stand alone. */
export interface Pairing<L, R> {
  readonly pairs: readonly (readonly [L, R])[];
  readonly onlyLeft: readonly L[];
  readonly onlyRight: readonly R[];
}

/** Pairs by the same name; what is left, without regard to case where only one on each side is meant. */
export function pairNames<L, R>(left: readonly L[], right: readonly R[], nameLeft: (item: L) => string, nameRight: (item: R) => string): Pairing<L, R> {
  const exact = new Map(right.map(item => [nameRight(item), item]));
  const partner = new Map<L, R>();
  const taken = new Set<R>();
  const pair = (item: L, other: R | undefined) => {
    if (other === undefined) return;
    partner.set(item, other);
    taken.add(other);
  };
  for (const item of left) pair(item, exact.get(nameLeft(item)));

  const folded = (name: string) => name.toLowerCase();
  const unique = <T>(items: readonly T[], name: (item: T) => string) => {
    const byName = new Map<string, T | null>();
    for (const item of items) byName.set(folded(name(item)), byName.has(folded(name(item))) ? null : item);
    return byName;
  };
  const freeLeft = unique(left.filter(item => !partner.has(item)), nameLeft);
  const freeRight = unique(right.filter(item => !taken.has(item)), nameRight);
  for (const [name, item] of freeLeft) if (item !== null) pair(item, freeRight.get(name) ?? undefined);

  return {
    pairs: left.flatMap(item => (partner.has(item) ? [[item, partner.get(item)!] as const] : [])),
    onlyLeft: left.filter(item => !partner.has(item)),
    onlyRight: right.filter(item => !taken.has(item)),
  };
}
