import type {Catalog, Column, Schema} from '@sluice/core';
import {classTitles, type IdentifierClass, type Kind} from '@sluice/identifiers/classes';
import {statedType} from './checks/column-type.ts';
import {methodNames} from './policy-schema.ts';
import type {Profile} from './methods/method.ts';
import {yamlKey} from './yaml-key.ts';

/** What somebody or something thinks a column is, or a place in its documents. */
export interface Proposal {
  readonly table: string;
  readonly column: string;
  /** A JSON path; absent for the column itself. */
  readonly path?: string;
  readonly class: IdentifierClass;
  readonly kind?: Kind | null;
  /** 0 to 1. */
  readonly score: number;
  /** In words; never a value. */
  readonly reasons: readonly string[];
}

export interface DraftOptions {
  /** Written as a comment when absent. */
  readonly profile?: Profile;
  /** The day of the release, `YYYY-MM-DD`. */
  readonly asOf?: string;
}

/** Below, a proposal is told and not written down. */
const LIKELY = 0.5;

/**
 * A policy in which nothing is decided: every table, column and path with its type, and with what it was proposed to be. A run with
 * it stops; a person puts a decision for each `undecided`.
 */
export function draftPolicy({tables, views}: Catalog, proposals: Iterable<Proposal> = [], {profile, asOf}: DraftOptions = {}): string {
  const byTable = new Map<string, Map<string, Proposal[]>>();
  for (const proposal of proposals) {
    let columns = byTable.get(proposal.table);
    if (!columns) byTable.set(proposal.table, columns = new Map());
    columns.set(proposal.column, [...columns.get(proposal.column) ?? [], proposal]);
  }
  return [
    '# What may leave. Nothing is decided here, and as long as it is not, no run begins.',
    `# Put a decision for each \`undecided\`: ${[...methodNames.keys()].join(', ')};`,
    '# or write `exclude` instead of the columns of a table that is not to leave at all.',
    '# `class` is a proposal, and what stands after # are its score and its reasons: only a person can know. `type` stops the run when the column changes.',
    'version: 1',
    profile === undefined ? '# profile: safe-harbor   # or limited-data-set, expert: methods that would make the claim untrue are refused' : `profile: ${profile}`,
    asOf === undefined ? '# asOf: YYYY-MM-DD       # the day of the release' : `asOf: ${asOf}`,
    '# domains: {person: {form: uuid}}            # pseudonyms of one domain join, in all tables and databases',
    '# subjects: {"some_*": {key: [person_id]}}   # whose rows these are',
    tables.length === 0 ? 'tables: {}' : 'tables:',
    ...tables.flatMap(schema => draftTable(schema, byTable.get(schema.table) ?? new Map())),
    ...views.length === 0 ? [] : ['# Views stay behind unless they are named. To let them travel:', '# views:', ...views.map(({name}) => `#   ${JSON.stringify(name.replace(/[\\*?]/gu, '\\$&'))}: keep`)],
    '',
  ].join('\n');
}

function draftTable({table, columns}: Schema, proposals: ReadonlyMap<string, readonly Proposal[]>): string[] {
  return [`  ${yamlKey(table)}:`, ...columns.length === 0 ? ['    columns: {}'] : ['    columns:'], ...columns.flatMap(column => draftColumn(column, proposals.get(column.name) ?? []))];
}

function draftColumn(column: Column, proposals: readonly Proposal[]): string[] {
  const own = best(proposals.filter(({path}) => path === undefined));
  const paths = [...new Set(proposals.flatMap(({path}) => path ?? []))].map(path => [path, proposals.filter(one => one.path === path)] as const);
  const type = JSON.stringify(statedType(column));
  if (paths.length === 0) return [`      ${yamlKey(column.name)}: {method: undecided${classOf(own)}, type: ${type}}${comment(own)}`];
  return [
    `      ${yamlKey(column.name)}:${comment(own)}`, `        type: ${type}`, '        json:',
    ...paths.map(([path, all]) => `          ${JSON.stringify(path)}: {method: undecided${classOf(best(all))}}${comment(best(all))}`),
  ];
}

const best = (proposals: readonly Proposal[]): Proposal | undefined => proposals.toSorted((a, b) => b.score - a.score)[0];

/** That something is no identifier is for a person to write. */
function classOf(proposal: Proposal | undefined): string {
  return proposal === undefined || proposal.score < LIKELY || proposal.class === 'none' ? '' : `, class: ${proposal.kind ?? proposal.class}`;
}

function comment(proposal: Proposal | undefined): string {
  if (proposal === undefined) return '';
  const {class: letter, kind, score, reasons} = proposal;
  const text = `${letter}${kind == null ? '' : ` ${kind}`} (${classTitles[letter]}), ${score.toFixed(2)}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`;
  return ` # ${text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()}`;
}
