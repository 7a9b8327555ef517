import {unitWords} from '@sluice/gazetteer';
import {capital, isParticle} from '../names/parts.ts';
import type {Scan} from '../text/scan.ts';
import {doseUnits} from '../words/clinical.ts';
import {ordinalish} from './tail.ts';

/**
 * Where an address begins that was recognised at `first`: back over numbers of flats and houses and the names of buildings, on the same line behind commas or on the lines before.
 * Words alone count only where one of them is a word for a building: the line above an address is as often the name of who lives there.
 */
export function addressHead(scan: Scan, first: number): number {
  let start = first;
  for (let steps = 0; steps < 3; steps++) {
    const broken = (scan.tokens[start]?.breaks ?? 0) === 1;
    let last = start - 1;
    if (scan.tokens[last]?.text === ',') last--;
    else if (!broken) break;
    let digits = false;
    let building = false;
    let at = last + 1;
    for (let index = last; index > last - 8 && index >= 0; index--) {
      const token = scan.tokens[index];
      if (token === undefined || scan.taken(index) || token.text === ',' || token.text === ':' || token.text === ';') break;
      if (token.shape === 'mark' && !['#', '-', '/', '.', "'", '&'].includes(token.text)) break;
      if (token.shape === 'number' || token.shape === 'code') digits = token.text.length <= 5;
      else if (token.shape !== 'mark' && !(capital(token) || token.shape === 'upper' || isParticle(token) || unitWords.has(token.folded) || ordinalish.has(token.folded))) break;
      if (buildings.has(token.folded) || unitWords.has(token.folded) && token.shape !== 'lower') building = true;
      at = index;
      if (token.breaks > 0) break;
    }
    while (at <= last && scan.tokens[at]?.shape === 'mark' && scan.tokens[at]?.text !== '#') at++;
    const opening = scan.tokens[at];
    if (at > last || opening === undefined || !(digits && !doseLine(scan, at, last) || building) || isParticle(opening) && opening.shape === 'lower') break;
    start = at;
  }
  return start;
}
const buildings = new Set(['apartments', 'apartment', 'tower', 'towers', 'house', 'building', 'bldg', 'complex', 'society', 'residency', 'residences', 'residence', 'heights', 'villas', 'villa', 'court', 'cottage', 'farm', 'mansion', 'mansions', 'plaza', 'centre', 'block', 'blk', 'flats', 'chambers', 'estate', 'compound', 'quarters', 'lodge', 'hall', 'manor', 'edificio', 'edf', 'torre', 'condominio', 'residencial', 'immeuble', 'residence', 'wisma', 'menara', 'gedung', 'phase', 'sector']);

function doseLine(scan: Scan, first: number, last: number): boolean {
  for (let index = first; index <= last; index++) if (doseUnits.has(scan.tokens[index]?.folded ?? '') && scan.tokens[index]?.shape === 'lower') return true;
  return false;
}
