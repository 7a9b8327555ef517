import {fold, foldPhrase} from '@sluice/gazetteer';
import {classOfKind, type Kind, type Span} from '@sluice/identifiers';
import {nameLabels} from '../words/people.ts';

const otherLabels: Readonly<Record<string, Kind>> = {
  address: 'geo.street', street: 'geo.street', 'street address': 'geo.street', addr: 'geo.street', line1: 'geo.street', city: 'geo.city', town: 'geo.city', county: 'geo.county', zip: 'geo.zip', zipcode: 'geo.zip', 'zip code': 'geo.zip',
  'postal code': 'geo.zip', postcode: 'geo.zip', dob: 'date.birth', 'date of birth': 'date.birth', birthdate: 'date.birth', mrn: 'mrn', 'medical record number': 'mrn', phone: 'phone', telephone: 'phone', mobile: 'phone', cell: 'phone', fax: 'fax', email: 'email',
  ssn: 'ssn', 'member id': 'plan', 'policy number': 'plan', 'account number': 'account', employer: 'name.employer', facility: 'geo.facility', hospital: 'geo.facility', clinic: 'geo.facility', username: 'name.user', login: 'name.user',
};
const joinedLabels: Readonly<Record<string, Kind>> = {firstname: 'name.given', lastname: 'name.family', fullname: 'name.full', patientname: 'name.full', givenname: 'name.given', familyname: 'name.family', middlename: 'name.given', maidenname: 'name.family'};
/** At most so many lines below a heading, so that a long text of other lines is not compared for ever. */
const longest = 10_000;

/** Values under the headings of a table with commas, semicolons, tabs or bars between: what stands below "last_name" is a name. Linear in the length of the text. */
export function findInColumns(text: string): readonly Span[] {
  const spans: Span[] = [];
  let heading: {readonly mark: string; readonly kinds: readonly (Kind | null)[]; left: number} | null = null;
  for (let start = 0; start <= text.length;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const line = text.slice(start, Math.min(end, start + 2000));
    const kinds = headings(line);
    if (kinds !== null) heading = {...kinds, left: longest};
    else if (heading !== null && line.trim() !== '') {
      const cells = line.split(heading.mark);
      if (cells.length !== heading.kinds.length || heading.left-- <= 0) heading = null;
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
  return spans;
}

function headings(line: string): {readonly mark: string; readonly kinds: readonly (Kind | null)[]} | null {
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
