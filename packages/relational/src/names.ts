import {createHash} from 'node:crypto';

/** A name as it can be, and why it is not the wanted one. */
export interface TakenName {
  readonly name: string;
  readonly reason: string | null;
}

/** Names of one kind in one place: columns of a table, tables of a database. No two are the same. */
export interface Names {
  /** Gives a name its final form, which no later one gets. Who comes first has the wanted one. */
  take(wanted: string): TakenName;
  has(name: string): boolean;
}

export interface NameRules {
  readonly maxBytes: number;
  /** Names that differ by case or accents alone are two names. */
  readonly caseSensitive: boolean;
  /** Names that nothing can have, and who keeps each for itself. */
  readonly reserved?: ReadonlyMap<string, string>;
}

export function newNames({maxBytes, caseSensitive, reserved = new Map()}: NameRules): Names {
  const taken = new Set<string>();
  // MySQL takes names that differ by an accent for one, too.
  const keyOf = (name: string) => (caseSensitive ? name : name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase());
  return {
    has: name => taken.has(keyOf(name)),
    take(wanted) {
      const reasons: string[] = [];
      const given = wanted === '' ? 'field' : wanted;
      if (wanted === '') reasons.push('it is empty');
      let name = shortened(given, maxBytes);
      if (name !== given) reasons.push(`it has more than ${maxBytes} bytes`);
      const keeper = reserved.get(name);
      if (keeper !== undefined) reasons.push(`${keeper} keeps it for itself`);
      else if (taken.has(keyOf(name))) reasons.push('another one has it');
      for (let number = 2; reserved.has(name) || taken.has(keyOf(name)); number++) name = `${cut(given, maxBytes - 1 - String(number).length)}_${number}`;
      taken.add(keyOf(name));
      return {name, reason: reasons.length > 0 ? reasons.join(', and ') : null};
    },
  };
}

/** Hexadecimal digits that tell long names with the same beginning apart. */
const HASH_DIGITS = 8;

/** The name itself, or its beginning and a hash of the whole: the same for the same name, whatever other names there are. */
function shortened(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  return `${cut(name, maxBytes - 1 - HASH_DIGITS)}_${createHash('sha256').update(name).digest('hex').slice(0, HASH_DIGITS)}`;
}

/** As many whole characters as fit. */
function cut(name: string, maxBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return name.slice(0, end);
}
