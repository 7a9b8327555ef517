import type {IdentifierClass} from '@sluice/identifiers';
import {readName} from './names/read-name.ts';
import type {TableKind} from './names/read-name.ts';
import type {Evidence, Proposal, Subject} from './proposal.ts';
import type {ColumnValues} from './values/column-values.ts';
import {readValues} from './values/read-values.ts';

/** Below, the evidence is told, and the column is called harmless all the same. */
export const LEAST = 0.4;
/** Of the strength of other evidence for the same class, so much is added to the strongest. */
const AGREEING = 0.5;
/** Texts of more characters than this, or of no limit, may be prose. */
const PROSE_LENGTH = 500;

/** What one column, or one place in documents, may be. `values` is null when no row was seen. */
export function classifyColumn(subject: Subject, values: ColumnValues | null, table: TableKind): Omit<Proposal, 'table' | 'column'> {
  const evidence = gather(subject, values, table);
  const chosen = choose(evidence, table);
  if (chosen !== null) return chosen;
  const told = evidence.filter(one => one.class !== 'none').map(one => one.reason);
  return {class: 'none', kind: null, score: values === null ? 0.3 : 0.5, reasons: [...told.length > 0 ? told : ['nothing in name, type or values speaks for an identifier'], ...values === null ? ['no values were seen'] : []]};
}

function gather({column, above}: Subject, values: ColumnValues | null, table: TableKind): Evidence[] {
  const fromName = readName(column.name, above).map(evidence => adjusted(evidence, values, table, column.type));
  const fromComment = column.comment === undefined || column.comment.trim() === '' ? []
    : readName(column.comment.split(/[.;(]/, 1)[0]!).map((one): Evidence => ({...one, score: one.score * 0.8, reason: one.reason.replace('the name', 'the comment'), from: 'comment'}));
  return [...fromName, ...fromComment, ...values === null ? [] : readValues(values), ...readType(column, values)];
}

/** The values, the type and the table speak for or against what the name says. */
function adjusted(evidence: Evidence, values: ColumnValues | null, table: TableKind, type: string): Evidence {
  let {class: letter, kind, score} = evidence;
  if (kind === 'name.full' && score < 0.5 && table !== 'other') score = 0.85;
  if (table === 'provider' && ['A', 'B', 'D', 'E', 'F', 'K', 'N'].includes(letter)) return {...evidence, class: 'provider', kind: null, score: Math.max(score, 0.8)};
  const dated = type === 'date' || type === 'timestamp' || type === 'timestamptz';
  if (dated && letter !== 'C' && letter !== 'none') score *= 0.3;
  if (type === 'bool' && letter.length === 1) score *= 0.25;
  if ((letter === 'freeText' || letter === 'A' || kind === 'email' || kind === 'url') && (['int', 'decimal', 'float', 'bytes'].includes(type) || values?.allNumbers === true)) score *= 0.3;
  if (type === 'float' && ['R', 'H', 'I'].includes(letter)) score *= 0.6;
  // A name that promises an address of e-mail, and no value that is one: told, but not sure.
  if (values !== null && values.distinct.length >= 10 && ['email', 'ip', 'url'].includes(kind ?? '') && !readValues(values).some(one => one.kind === kind)) score *= 0.6;
  if (letter === 'freeText' && values !== null && values.distinct.length > 0 && values.seen >= 50 && values.distinct.length <= 15) score *= 0.5;
  return {...evidence, class: letter, kind, score};
}

function readType({type, native, maxLength, enumValues, name}: Subject['column'], values: ColumnValues | null): Evidence[] {
  const say = (letter: IdentifierClass, kind: Evidence['kind'], score: number, reason: string): Evidence[] => [{class: letter, kind, score, reason, from: 'type'}];
  switch (type) {
    case 'date': case 'timestamp': case 'timestamptz': return say('C', 'date.other', 0.8, 'its type is a date');
    case 'bytes': return say('blob', null, 0.75, 'its type is bytes that nobody looked into');
    case 'json': return say('freeText', null, 0.6, 'a document may hold anything');
    case 'uuid': return say('R', 'other', 0.7, 'its type is a UUID');
    case 'bool': return say('none', null, 0.7, 'its type is yes or no');
    case 'text': {
      if (enumValues !== undefined) return say('none', null, 0.5, 'its type is a list of allowed values');
      const long = /text|clob/i.test(native?.sql ?? '') || (maxLength !== undefined && maxLength > PROSE_LENGTH);
      if (long && native?.dialect !== 'sqlite' && values === null && name !== '') return say('freeText', null, 0.5, 'its type has room for prose');
      return [];
    }
    default: return [];
  }
}

/** The class with the most evidence: the strongest, and half of what the others are short of. Null when none reaches LEAST. */
function choose(evidence: readonly Evidence[], table: TableKind): Omit<Proposal, 'table' | 'column'> | null {
  const byClass = new Map<IdentifierClass, Evidence[]>();
  for (const one of evidence) byClass.set(one.class, [...byClass.get(one.class) ?? [], one]);
  const sums = [...byClass].map(([letter, all]) => {
    const sorted = all.toSorted((a, b) => b.score - a.score);
    const score = sorted.slice(1).reduce((sum, {score}) => sum + (1 - sum) * score * AGREEING, sorted[0]!.score);
    return {class: letter, all: sorted, score, weight: score * weightOf(letter, sorted)};
  }).toSorted((a, b) => b.weight - a.weight);
  let best = sums.find(({score}) => score >= LEAST);
  if (best === undefined) return null;
  // A thing that only looks harmless gives way to whatever else has something to say.
  if (best.class === 'none') best = sums.find(one => one.class !== 'none' && one.score >= 0.55 && one.all.some(({from}) => from === 'values')) ?? best;
  const isProvider = table === 'provider' && ['A', 'B', 'D', 'E', 'F', 'N'].includes(best.class);
  const score = Math.min(0.99, Math.round(best.score * 100) / 100);
  const others = sums.filter(one => one !== best && one.score >= LEAST && one.class !== 'none').slice(0, 2).map(one => `might be ${one.class}: ${one.all[0]!.reason}`);
  return {
    class: isProvider ? 'provider' : best.class, kind: isProvider ? null : kindOf(best.all), score,
    reasons: [...new Set([...best.all.map(({reason}) => reason), ...isProvider ? ['the table is one of those who treat, insure or deliver'] : [], ...others])].slice(0, 6),
  };
}

/** What a name says outright stands above types, which say the same of many columns. */
function weightOf(letter: IdentifierClass, evidence: readonly Evidence[]): number {
  const fromType = evidence.every(({from}) => from === 'type');
  return (fromType ? 0.6 : 1) * (letter === 'none' || letter === 'quasi' ? 0.95 : letter === 'R' || letter === 'freeText' ? 0.97 : 1);
}

/** The finest kind that the strongest evidence gives: `date.birth` of the name beside `date.other` of the values. */
function kindOf(evidence: readonly Evidence[]): Proposal['kind'] {
  const named = evidence.find(({from, kind, score}) => kind !== null && from === 'name' && score >= 0.5);
  const best = evidence.find(({kind}) => kind !== null);
  return (named ?? best)?.kind ?? null;
}
