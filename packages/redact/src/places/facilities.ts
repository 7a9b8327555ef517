import {streetSuffixes} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import {company, workplace} from './employers.ts';
import {headFirst, headLast} from './facility-head.ts';
import {dedicated, labelledHouse, placed, scaleName, shop, site, ward} from './facility-forms.ts';
import {headless, saint} from './houses.ts';
import {publicBody} from './public-bodies.ts';
import {visited} from './visited.ts';

/** Hospitals, schools, churches, employers and what else has a name of its own. Public bodies and programmes are marked as harmless on the way. */
export function findFacilities(scan: Scan): void {
  for (let at = 0; at < scan.tokens.length; at++) {
    const shape = scan.tokens[at]?.shape;
    if (shape === 'mark' || shape === 'number' || shape === 'code' || scan.taken(at)) continue;
    const scale = scaleName(scan, at);
    if (scale !== null) {
      scan.spare(at, scale);
      at = scale;
      continue;
    }
    const devoted = dedicated(scan, at);
    const harmless = devoted === null ? publicBody(scan, at) : null;
    if (harmless !== null) {
      scan.spare(at, harmless);
      at = harmless;
      continue;
    }
    const found = labelledHouse(scan, at) ?? company(scan, at) ?? headLast(scan, at) ?? saint(scan, at) ?? devoted ?? headless(scan, at) ?? placed(scan, at) ?? ward(scan, at) ?? site(scan, at) ?? shop(scan, at) ?? headFirst(scan, at) ?? workplace(scan, at) ?? visited(scan, at);
    // "12 Castle Terrace" is a street: the number before it and the address behind it belong to it.
    if (found === null || scan.tokens[found.first]?.breaks === 0 && scan.tokens[found.first - 1]?.shape === 'number' && streetSuffixes.has(scan.tokens[found.last]?.folded ?? '')) continue;
    scan.report(found.first, found.last, found.kind, found.rule, found.score);
    at = found.last;
  }
}
