import {ErrorCode, namePattern, PipelineError, type LossRule} from '@sluice/core';
import {matchTables} from '@sluice/transform-shape';
import type {TableRules} from './job-config.ts';
import type {Mode, TableOptionsByPattern} from './table-options.ts';
import type {SaidPolicy} from './table-policies.ts';

/** What a job file says of tables. */
export interface JobTables {
  readonly defaults?: Omit<TableRules, 'rename' | 'renameColumns'> | undefined;
  readonly tables?: Readonly<Record<string, TableRules | null>> | undefined;
  readonly exclude: readonly string[];
  /** Of every table that says nothing else. */
  readonly policy?: string | undefined;
}

/** Tables of a job that are written in the same way, as `copy` would be told of them. */
export interface JobPart {
  readonly mode: Mode;
  /** Names or patterns. */
  readonly tables: string[];
  readonly exclude: string[];
  readonly byTable: TableOptionsByPattern;
  /** Rules for losses, the first that fits counts. */
  readonly onLoss: string[];
  readonly policies: readonly SaidPolicy[];
}

/** Whether it takes the names of the source's tables to tell the parts of a job apart. */
export function needsNames(job: JobTables, chosen: readonly string[]): boolean {
  return chosen.length > 0 || new Set(modesOf(job)).size > 1;
}

/**
 * The parts of a job, in the order in which their modes first stand in the file. `names`: every table and view of
 * the source; null when they are not needed. `chosen`: names or patterns of those to run; none means all.
 * Throws CONFIG when a pattern means nothing.
 */
export function partsOf(job: JobTables, chosen: readonly string[], names: readonly string[] | null): readonly JobPart[] {
  const {defaults, exclude} = job;
  const entries = Object.entries(job.tables ?? {});
  const rules: readonly (readonly [string, TableRules])[] = [...entries.map(([pattern, rule]) => [pattern, rule ?? {}] as const), ...(defaults ? [['*', defaults] as const] : [])];
  const policies = [...rules.flatMap(([pattern, {policy}]): SaidPolicy[] => policy === undefined ? [] : [[pattern, policy]]), ...job.policy === undefined || defaults?.policy !== undefined ? [] : [['*', job.policy] as const]];
  const patterns = entries.map(([pattern]) => pattern);
  if (names === null) {
    const [mode = 'replace'] = modesOf(job);
    return [{mode, tables: patterns, exclude: [...exclude], byTable: Object.fromEntries(rules.filter(([, rule]) => speaks(rule))), onLoss: lossesOf(rules), policies}];
  }
  const inFile = matchTables({tables: patterns, exclude});
  const asked = matchTables({tables: chosen});
  const problems = [...inFile.problems(names), ...asked.problems(names.filter(name => inFile.wants(name)))];
  if (problems.length > 0) {
    throw new PipelineError(ErrorCode.CONFIG, problems.map(({message}) => message).join('; '), {problems, remedy: 'correct the names; nothing was read'});
  }
  const wanted = names.filter(name => inFile.wants(name) && asked.wants(name));
  const modeOf = (name: string): Mode => rules.find(([pattern, {mode}]) => mode !== undefined && namePattern(pattern)(name))?.[1].mode ?? 'replace';
  return [...new Set(modesOf(job))].flatMap((mode): JobPart[] => {
    const own = wanted.filter(name => modeOf(name) === mode);
    if (own.length === 0) return [];
    const ofOwn = rules.filter(([pattern]) => own.some(namePattern(pattern)));
    return [{mode, tables: own.map(literally), exclude: [], byTable: Object.fromEntries(ofOwn.filter(([, rule]) => speaks(rule))), onLoss: lossesOf(ofOwn), policies}];
  });
}

function modesOf({defaults, tables}: JobTables): Mode[] {
  const usual = defaults?.mode ?? 'replace';
  return tables === undefined ? [usual] : Object.values(tables).map(rule => rule?.mode ?? usual);
}

/** Whether a rule says more than how the table is written, by which policy, and what becomes of losses. */
const speaks = ({mode: _mode, onLoss: _onLoss, policy: _policy, ...rest}: TableRules): boolean => Object.values(rest).some(value => value !== undefined);

/** As a list of which the first that fits counts. Names are those that are written. */
function lossesOf(rules: readonly (readonly [string, TableRules])[]): string[] {
  return rules.flatMap(([pattern, {onLoss, rename, renameColumns = {}}]) => {
    if (onLoss === undefined) return [];
    const table = rename === undefined ? pattern : literally(rename);
    if (typeof onLoss === 'string') return [`${table}.*=${onLoss}`];
    const written = (column: string) => Object.hasOwn(renameColumns, column) ? literally(renameColumns[column]!) : column;
    return Object.entries(onLoss).map(([column, rule]: [string, LossRule]) => `${table}.${dotless(written(column))}=${rule}`);
  });
}

/** The pattern that means this name alone. */
export const literally = (name: string): string => name.replace(/[\\*?]/g, '\\$&');
const dotless = (pattern: string): string => pattern.replace(/\\.|\./gs, part => part === '.' ? '\\.' : part);
