import {families, type StudyOptions} from './study-people.ts';

/** A text that is in the study's source and must be nowhere in what is given away. */
export interface PlantedIdentifier {
  readonly kind: 'name' | 'phone' | 'e-mail' | 'address';
  readonly text: string;
}

/** How many families give their addresses and numbers: enough to find a leak, few enough to search for each. */
const FAMILIES = 150;

/**
 * Texts by which people could be recognised: the family names and the long first names in use, the
 * telephone numbers, e-mail and street addresses of the first families, and what all telephone
 * numbers and all e-mail addresses have in common. Each stands in the source literally. None
 * contains another word of the study's tables or columns: found in the output, it is a leak.
 */
export function plantedIdentifiers(options: StudyOptions): readonly PlantedIdentifier[] {
  const found = new Map<string, PlantedIdentifier['kind']>([['555-01', 'phone'], ['@example.org', 'e-mail']]);
  for (const [i, {mother, father, twins, siblings, address, formerAddress, phone, email}] of families(options).entries()) {
    for (const person of [mother, ...(father ? [father] : []), ...twins, ...siblings]) {
      found.set(person.last, 'name');
      if (person.first.length >= 7) found.set(person.first, 'name');
    }
    if (i >= FAMILIES) continue;
    found.set(phone, 'phone');
    if (email !== null) found.set(email, 'e-mail');
    found.set(address.street, 'address');
    if (formerAddress) found.set(formerAddress.street, 'address');
  }
  return [...found].map(([text, kind]) => ({kind, text}));
}
