import {clinicalNouns} from '@sluice/gazetteer';
import {addressed, personVerbs, relations} from '../words/people.ts';
import type {Scan} from '../text/scan.ts';
import {capital, credentialAt} from './parts.ts';
import type {Run} from './read-run.ts';

/** What nobody but a person does. */
const sayingVerbs = new Set(['reports', 'reported', 'states', 'stated', 'denies', 'denied', 'says', 'said', 'complains', 'complained', 'lives', 'lived', 'called', 'endorses', 'endorsed', 'tells', 'told', 'wants', 'wanted', 'asks', 'asked', 'mentioned', 'agreed', 'declined', 'refused', 'admits', 'thinks', 'believes', 'snores', 'smokes', 'phoned', 'emailed', 'texted', 'lost', 'weighs', 'cried', 'complaining', 'presents', 'underwent', 'feels', 'describes']);
const subjectWords = new Set(['patient', 'pt', 'client']);
const statesOf = new Set(['still', 'also', 'just', 'now', 'again', 'never', 'always', 'w', 'with', 'c', 'h', 'today', 'yesterday']);
const introducers = new Set(['named', 'called', 'nicknamed', 'surname', 'alias', 'aka', 'nee', 'né', 'née']);
const selfIntroducers = new Set(['mappelle', 'appelle', 'llamo', 'chiamo', 'heisse', 'heiss', 'chamo']);
/** Verbs whose object is a person: "tell Ana", "page Dr. Roe". */
const addressing = new Set([...addressed, 'counselled', 'call', 'called', 'interviewed', 'examined', 'congratulate', 'loves', 'married', 'visiting', 'visited', 'caring']);
/** Participles behind which "by" leads to a cause rather than to a person. */
const boundBy = new Set(['caused', 'followed', 'complicated', 'relieved', 'improved', 'exacerbated', 'triggered', 'precipitated', 'aggravated', 'worsened', 'induced', 'affected', 'increased', 'decreased', 'reduced', 'inhibited', 'metabolized', 'replaced', 'treated', 'covered', 'approved', 'alleviated', 'controlled', 'limited', 'confirmed', 'supported', 'defined', 'mediated', 'produced', 'blocked', 'cleared', 'excreted', 'manufactured', 'published', 'sponsored', 'funded', 'infected', 'bitten']);
const agents = new Set(['by', 'with', 'per', 'via', 'saw', 'told', 'asked', 'contacted', 'paged', 'informed', 'notified', 'met', 'from', 'to', 'for']);

/** Words for what people do for a living end so, with few exceptions that do not follow a name and a comma. */
const occupation = /^(?:[a-z]{3,}(?:ist|ician|ologist|teacher|worker|driver|farmer|smoker|man|woman|keeper|maker)|dean|chef|cook|nurse|clerk|student|veteran|widow|widower|lawyer|judge|pilot|engineer|mechanic|painter|singer|dancer|plumber|carpenter|welder|runner|retiree|retired|refugee|immigrant|former|single|divorced|married|pregnant|healthy|pleasant)$/u;

/** What the words before a run say for a person. */
export function before(scan: Scan, first: number, run: Run): number {
  const one = scan.tokens[first - 1];
  if (one === undefined || (scan.tokens[first]?.breaks ?? 0) > 0) return 0;
  const two = scan.tokens[first - 2];
  if (one.folded === 'name' && scan.tokens[first]?.shape === 'title') return 3;
  if (introducers.has(one.folded) || selfIntroducers.has(one.folded)) return 3;
  if (one.text === ':' && scan.tokens[first - 2] !== undefined && (scan.tokens[first - 2]?.folded === 'attn' || scan.tokens[first - 2]?.folded === 'teleconsult')) return 2;
  if ((one.folded === 'is' || one.folded === 'was') && two?.folded === 'name') return 4;
  if ((one.folded === 'am' && two?.folded === 'i') || one.folded === 'im' || (one.folded === 'is' && two?.folded === 'this') || (one.folded === 'its' || one.folded === 'it') && scan.opens(first - 1)) return run.caseless ? 0.5 : 1.4;
  if (one.folded === 's' && two?.folded === 'it') return run.caseless ? 0.5 : 1.4;
  if (one.folded === 'as' && (two?.folded === 'known' || two?.folded === 'identified')) return 3;
  if (relations.has(one.folded)) return run.caseless ? subjectWords.has(one.folded) && run.parts[0]?.part === 'unknown' ? 1.8 : 1.3 : 2;
  if ((one.text === ',' || one.text === '(' || one.text === '-') && two !== undefined && relations.has(two.folded) && two.breaks === 0) return one.text === ',' && !run.caseless && scan.tokens[run.last + 1]?.text === ',' ? 2 : 1.2;
  if (one.text === '/' && two !== undefined && relations.has(two.folded)) return 1.2;
  if (one.folded === 're' || one.folded === 'regarding' || one.folded === 'fyi' || one.folded === 'concerning') return run.caseless ? 0.4 : scan.tokens[run.last + 1]?.text === ':' || one.folded !== 'regarding' ? 1.4 : 0.8;
  if (addressing.has(one.folded)) return run.caseless ? 0.8 : 1.5;
  // "discharged by Mbali": whoever does it is a person.
  if (one.folded === 'by' && two !== undefined && (two.folded.length > 4 && two.folded.endsWith('ed') && !boundBy.has(two.folded) || ['seen', 'given', 'written', 'read', 'taken', 'done', 'drawn', 'drew', 'brought', 'held', 'sent', 'run', 'led', 'put', 'covered'].includes(two.folded)) && !run.caseless) return 1.4;
  if (agents.has(one.folded)) return 0.6;
  return 0;
}

/** An age and a sex written together: `43F`, `61yo`. */
const aged = /^\d{1,3}(?:yo|y|yr|m|f|mo|w|wk)?$/iu;

/** What the words behind a run say for a person. */
export function after(scan: Scan, run: Run): number {
  const one = scan.tokens[run.last + 1];
  const two = scan.tokens[run.last + 2];
  const three = scan.tokens[run.last + 3];
  if (one === undefined) return 0;
  if (one.folded === 'and' && (two?.folded === 'her' || two?.folded === 'his') && one.breaks === 0) return 2.5;
  if (one.folded === 'and' && one.breaks === 0) return 0.6;
  if ((one.folded === 'is' || one.folded === 'was') && one.breaks === 0 && (two?.shape === 'number' && two.text.length <= 2 || /^\d{1,2}(?:yo|y|mo|m|wk|w)$/iu.test(two?.text ?? ''))) return 2.3;
  if (one.breaks === 0 && sayingVerbs.has(one.folded)) return run.caseless ? 0.8 : 2.1;
  if (one.breaks === 0 && (personVerbs.has(one.folded) || run.caseless && statesOf.has(one.folded))) return run.caseless ? 0.5 : 1.3;
  if ((one.folded === 'a' || one.folded === 'an') && two?.shape === 'number' && one.breaks === 0) return 2.6;
  // "Haimanot / 33 / F".
  if ((one.text === '/' || one.text === '|') && one.breaks === 0 && (two?.shape === 'number' && two.text.length <= 3 && (three?.text === one.text || three?.shape === 'letter') || (two?.text === 'F' || two?.text === 'M') && three?.text === one.text)) return 2;
  const comma = one.text === ',' || one.text === '(';
  // "Vunipola s/p AKA", "Lindgren c/o pain": the shorthand of notes for what a person has.
  if (one.breaks === 0 && two?.text === '/' && two.glued && three?.glued === true) {
    const short = `${one.folded}/${three.folded}`;
    if (short === 'c/o' || short === 's/p' || short === 'h/o' || short === 'p/w') return run.caseless ? 0.8 : 1.6;
  }
  // "Dean, a nurse at", "Earl, my father", "Ana, who".
  if (one.text === ',' && one.breaks === 0 && two !== undefined && two.breaks === 0 && !run.caseless) {
    if (two.folded === 'who' || two.folded === 'whose' || two.folded === 'whom') return 1.8;
    if (three !== undefined && (['a', 'an', 'the'].includes(two.folded) && (relations.has(three.folded) || occupation.test(three.folded)) || ['my', 'our', 'her', 'his', 'their', 'your'].includes(two.folded) && relations.has(three.folded))) return 2.2;
  }
  const behind = comma ? run.last + 2 : run.last + 1;
  if (credentialAt(scan, behind) >= 0 && one.breaks === 0) return comma ? 3 : 2;
  // Lists of "Surname, Given;" and, in capitals, "SURNAME, GIVEN".
  if (one.text === ',' && two !== undefined && capital(two) && (three?.text === ';' || three === undefined && scan.tokens[run.first - 1]?.text === ';')) return 2;
  if (one.text === ',' && one.breaks === 0 && two?.shape === 'upper' && two.breaks === 0 && (two.given >= 3 || two.given + two.surname > 0 && two.word === 0 && two.text.length > 2) && scan.tokens[run.first]?.shape === 'upper' && run.parts.length === 1) return 2.5;
  if (comma && two !== undefined && two.breaks === 0 && (two.shape === 'number' && two.text.length <= 3 || two.shape === 'code' && aged.test(two.text))) return two.shape === 'code' ? 2.6 : 1.8;
  if (comma && (two?.folded === 'a' || two?.folded === 'an' || two?.folded === 'aged' || two?.folded === 'age') && (three?.shape === 'number' || aged.test(three?.text ?? ''))) return 2.6;
  if (comma && two !== undefined && (two.folded === 'dob' || two.folded === 'mrn' || relations.has(two.folded))) return 1.5;
  if (one.breaks === 0 && (one.folded === 'dob' || one.folded === 'mrn')) return 1.5;
  if (one.shape === 'number' && one.breaks === 0 && (two?.folded === 'yo' || two?.folded === 'y' || two?.folded === 'year' || two?.folded === 'yr')) return 1.5;
  if (one.shape === 'code' && one.breaks === 0 && /^\d{1,3}(?:yo|y|yr|m|f)$/iu.test(one.text)) return 1.5;
  const lastPart = scan.tokens[run.last];
  if (lastPart?.possessive === true && one.breaks === 0 && !clinicalNouns.has(one.folded)) return relations.has(one.folded) ? 1.5 : 0.6;
  return 0;
}
