import {fold, foldPhrase} from '@sluice/gazetteer';
import {classOfKind, type Kind, type Span} from '@sluice/identifiers';
import {nameLabels} from '../words/people.ts';

const otherLabels: Readonly<Record<string, Kind>> = {
  address: 'geo.street', street: 'geo.street', 'street address': 'geo.street', addr: 'geo.street', line1: 'geo.street', city: 'geo.city', town: 'geo.city', county: 'geo.county', zip: 'geo.zip', zipcode: 'geo.zip', 'zip code': 'geo.zip',
  'postal code': 'geo.zip', postcode: 'geo.zip', dob: 'date.birth', 'date of birth': 'date.birth', birthdate: 'date.birth', mrn: 'mrn', 'medical record number': 'mrn', phone: 'phone', telephone: 'phone', mobile: 'phone', cell: 'phone', fax: 'fax', email: 'email',
  ssn: 'ssn', 'member id': 'plan', 'policy number': 'plan', 'account number': 'account', employer: 'name.employer', facility: 'geo.facility', hospital: 'geo.facility', clinic: 'geo.facility', username: 'name.user', login: 'name.user',
};
const joinedLabels: Readonly<Record<string, Kind>> = {firstname: 'name.given', lastname: 'name.family', fullname: 'name.full', patientname: 'name.full', givenname: 'name.given', familyname: 'name.family', middlename: 'name.given', maidenname: 'name.family'};
/** What the heading of a table says: the mark between its cells, and what stands in each column. */
export interface Heading {
  readonly mark: string;
  readonly kinds: readonly (Kind | null)[];
}

/** A table may end so many units before the end of a window and still reach into the next, which begins earlier. */
const reach = 8_000;

/**
 * Values under the headings of a table with commas, semicolons, tabs or bars between: what stands below "last_name" is a name. Linear in the length of the text.
 * `table.heading` is that of a table that began in the window before; afterwards it is that of the last table of this one, null when none goes on.
 */
export function findInColumns(text: string, table: {heading: Heading | null} = {heading: null}): readonly Span[] {
  const spans: Span[] = [];
  let {heading} = table;
  let late: Heading | null = null;
  for (let start = 0; start <= text.length;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const line = text.slice(start, Math.min(end, start + 2000));
    const kinds = headings(line);
    if (kinds !== null) heading = kinds;
    else if (heading !== null && line.trim() !== '') {
      const cells = line.split(heading.mark);
      if (cells.length !== heading.kinds.length) {
        if (text.length - start < reach) late = heading;
        heading = null;
      }
      else {
        let at = start;
        for (const [index, cell] of cells.entries()) {
          const kind = heading.kinds[index];
          const value = cell.trim().replace(/^"|"$/g, '');
          if (kind !== null && kind !== undefined && /[\p{L}\p{N}]/u.test(value)) {
            const from = at + cell.indexOf(value);
            spans.push({start: from, end: from + value.length, class: classOfKind(kind), kind, rule: 'column', score: 0.9});
          }
          at += cell.length + 1;
        }
      }
    }
    start = end + 1;
  }
  table.heading = heading ?? late;
  return spans;
}

function headings(line: string): Heading | null {
  for (const mark of ['\t', '|', ';', ',']) {
    const cells = line.split(mark);
    if (cells.length < 3 || cells.length > 60 || cells.some(cell => cell.length > 40)) continue;
    const kinds = cells.map(kindOf);
    if (kinds.filter(kind => kind !== null).length >= 2 && !/\d{3}/.test(line)) return {mark, kinds};
  }
  return null;
}

function kindOf(cell: string): Kind | null {
  const label = foldPhrase(cell.replaceAll(/[_"*]/g, ' '));
  return joinedLabels[fold(cell).replaceAll(/[^a-z]/g, '')] ?? otherLabels[label] ?? (nameLabels.has(label) ? 'name.full' : null);
}
