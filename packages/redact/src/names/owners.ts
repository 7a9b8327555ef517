import {clinicalNouns, eponyms, wordBits} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import {doseUnits} from '../words/clinical.ts';
import type {Run} from './read-run.ts';

/** What stands before the name of a drug or a device rather than a person. */
export const drugVerbs = new Set(['take', 'takes', 'taking', 'took', 'start', 'started', 'starting', 'stop', 'stopped', 'stopping', 'give', 'given', 'giving', 'prescribe', 'prescribed', 'use', 'used', 'uses', 'using', 'on', 'apply', 'applied', 'continue', 'continued', 'add', 'added', 'avoid', 'increase', 'decrease', 'dose', 'dosing', 'hold', 'switch', 'switched', 'swap', 'try', 'tried', 'between', 'versus', 'vs', 'like', 'with', 'via', 'to', 'for', 'in', 'at', 'from', 'by', 'denies', 'than', 'plus', 'into', 'as']);

/** What people have, and what is called after its finder less often. */
const ailments = new Set(['anemia', 'anaemia', 'dementia', 'crisis', 'arthritis', 'neuropathy', 'vasculitis', 'psychosis', 'lymphoma', 'goiter', 'epilepsy', 'carcinoma', 'stroke', 'seizure', 'seizures', 'infection', 'headache', 'headaches', 'migraine', 'fever', 'rash', 'hernia', 'tumor', 'cyst', 'nodule', 'fracture', 'murmur']);
const ownable = new Set([...ailments, 'lab', 'labs', 'protein', 'patch', 'patches', 'line', 'lines', 'group', 'response', 'exam', 'examination', 'test', 'tests', 'testing', 'assessment', 'area', 'monitor', 'device', 'devices', 'study', 'plan', 'method', 'disease', 'surgery', 'insulin', 'inhaler', 'pump', 'cast', 'screening', 'protocol', 'regimen', 'operation', 'procedure', 'results', 'result', 'stage', 'grade', 'procedures', 'graft', 'splint', 'brace', 'boot', 'gait', 'posture', 'speech', 'cancer', 'chart', 'charts', 'vaccine', 'vaccines', 'units', 'unit', 'drain', 'tube', 'catheter', 'stent', 'valve', 'dressing', 'sutures', 'wound', 'nodules', 'heart', 'transfusion', 'positive', 'negative', 'exercises', 'position', 'score', 'scores', 'solution', 'screen', 'pen', 'shunt', 'bypass', 'resection']);
const causing = new Set(['have', 'let', 'make', 'help', 'did', 'does', 'can', 'should', 'will', 'had', 'having']);

/** "Dlamini's viral load", "the Nguyen lab": a sure name that nothing is named after, and what a person can have. */
export function owns(scan: Scan, run: Run): boolean {
  const last = scan.tokens[run.last];
  // "We gave Chance 2 puffs": nothing that is given is called by a given name as common as that.
  if (last !== undefined && !run.caseless && last.given >= 5 && ['give', 'gave', 'giving', 'given'].includes(scan.tokens[run.first - 1]?.folded ?? '') && /^\d/u.test(scan.tokens[run.last + 1]?.text ?? '')) return true;
  if (last === undefined || run.caseless || run.parts.some(one => one.part === 'eponym' || eponyms.has(scan.tokens[one.index]?.folded ?? ''))) return false;
  const sure = run.parts.some(one => one.part === 'sure' || one.part === 'fair' && (scan.tokens[one.index]?.given ?? 0) >= 2) && Math.max(last.given, last.surname) >= 2;
  if (!sure) return false;
  // "have Rita sign", "let Samir test": a verb, not a noun.
  if (last.given >= 4 && last.word <= 1 && !last.possessive && causing.has(scan.tokens[run.first - 1]?.folded ?? '')) return true;
  if (last.possessive) return !medicalFirst(scan, run.last + 1);
  const next = scan.tokens[run.last + 1];
  // "Give Nestor 2 units": a given name that no drug has.
  if (next?.shape === 'number' && last.given >= 3 && last.word <= 1 && !wordBits.medical(last.bits) && !drugVerbs.has(scan.tokens[run.first - 1]?.folded ?? 'on')) return true;
  if (next?.shape === 'number' && last.given >= 3 && last.word <= 1 && !wordBits.medical(last.bits) && ['give', 'gave'].includes(scan.tokens[run.first - 1]?.folded ?? '')) return true;
  if (last.surname >= 3 && last.word === 0 && (next?.folded === 'lab' || next?.folded === 'labs' || next?.folded === 'group')) return true;
  // "Hightower (ortho)", "page Wojcik stat": a term behind a name, but not what would be named after it.
  const disease = next !== undefined && ailments.has(next.folded) && last.given >= 2 && scan.opens(run.first) && !wordBits.medical(last.bits);
  return next !== undefined && (!clinicalNouns.has(next.folded) || disease) && !doseUnits.has(next.folded) && next.shape !== 'number' && !(next.text === '-' && next.glued) && next.text !== '/' && last.word === 0 && !clinicalNouns.has(scan.tokens[run.last + 2]?.folded ?? '');
}

/** "Tshering Dorji headache at altitude": two words of which nothing is named, and what a person can have. */
export function fullOwner(scan: Scan, run: Run): boolean {
  const next = scan.tokens[run.last + 1];
  return !run.caseless && next !== undefined && (ownable.has(next.folded) || !clinicalNouns.has(next.folded) && next.shape === 'lower' && !doseUnits.has(next.folded)) && run.parts.every(one => one.part !== 'eponym' && one.part !== 'both' && !eponyms.has(scan.tokens[one.index]?.folded ?? ''))
    && run.parts.some(one => one.part === 'sure' || (scan.tokens[one.index]?.given ?? 0) > 0);
}

/** "Xyz's disease", "Xyz's sign": what is named after its finder right behind the possessive. */
function medicalFirst(scan: Scan, at: number): boolean {
  const token = scan.tokens[at];
  return token !== undefined && clinicalNouns.has(token.folded) && !ownable.has(token.folded) || ['disease', 'stage', 'grade', 'score', 'test', 'position', 'tumor', 'method'].includes(token?.folded ?? '');
}
