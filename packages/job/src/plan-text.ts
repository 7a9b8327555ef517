import type {Omission} from '@sluice/core';
import type {CopyPlan} from '@sluice/engine';
import {alterationText, lossTexts, needsText, studySummary} from './study/study-text.ts';
import type {JobStudy} from './study/study-job.ts';

/** A plan for people: per table its columns, types and risks, then the DDL, then what is left out and why, then what is to be expected. */
export function planText(plan: CopyPlan, width: number, study?: JobStudy): string {
  const bySource = new Map(plan.tables.map(table => [table.out.table, table]));
  const studied = new Map(study?.tables.map(table => [table.table, table]));
  const lines: string[] = plan.mode === 'replace' ? [] : [`Mode ${plan.mode}`];
  for (const {table, target, columns} of plan.target.tables) {
    const planned = bySource.get(table);
    const name = planned?.source.table ?? table;
    const found = studied.get(name);
    const risks = new Map(found?.risks.map(risk => [risk.column, risk]));
    const rows = found?.rows ?? planned?.source.approximateRows;
    lines.push('', `${clean(name)}${target === name ? '' : ` -> ${clean(target)}`}${rows === undefined || rows === null ? '' : `  (${study?.scanned ? '' : 'about '}${rows.toLocaleString('en')} rows)`}`);
    for (const condition of planned?.rows?.where ?? []) lines.push(`  only rows where ${clean(condition)}`);
    const left = Math.min(30, Math.max(0, ...columns.map(({column}) => column.length)));
    const middle = Math.min(30, Math.max(0, ...columns.map(({from}) => from.length)));
    for (const {column, from, to, note, onLoss} of columns) {
      const risk = risks.get(column);
      const needs = risk ? needsText(risk) : '';
      lines.push(`  ${clean(column).padEnd(left)}  ${clean(from).padEnd(middle)}  -> ${clean(to) || '(no declared type)'}${note === undefined ? '' : `  ${note}`}${onLoss === undefined || onLoss === 'text' ? '' : `  on loss: ${onLoss}`}${needs === '' ? '' : `  [${needs}]`}`);
      if (risk) for (const text of [...lossTexts(table, risk), ...alterationText(risk)]) lines.push(`    ${clean(text)}`);
    }
    for (const {column, effect, method} of planned?.effects ?? []) lines.push(`  ${clean(column).padEnd(left)}  ${effect}${method === effect ? '' : ` (${method})`}`);
  }
  const statements = [...plan.target.tables.flatMap(({ddl}) => ddl), ...plan.target.views.map(({ddl}) => ddl)];
  if (statements.length > 0) lines.push('', 'Statements', ...statements.flatMap(sql => ['', ...`${sql};`.split('\n').map(line => `  ${clean(line)}`)]));
  if (plan.excluded.length > 0) lines.push('', 'Not read', ...plan.excluded.map(({name, reason}) => `  ${clean(name)}: ${reason}`));
  if (plan.omissions.length > 0) lines.push('', 'Cannot travel', ...plan.omissions.map(omission => `  ${omissionText(omission)}`));
  if (plan.warnings.length > 0) lines.push('', 'Warnings', ...plan.warnings.map(warning => `  ${warning}`));
  if (study) lines.push('', 'To be expected', ...studySummary(study).map(text => `  ${clean(text)}`));
  const counted = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;
  lines.push('', `${[
    counted(plan.target.tables.length, 'table', 'tables'), counted(plan.target.views.length, 'view', 'views'),
    counted(plan.omissions.length, 'object that cannot travel', 'objects that cannot travel'),
  ].join(', ')}. Nothing was touched.`, '');
  return `${lines.map(line => (width > 0 ? line.trimEnd() : line)).join('\n').trimStart()}`;
}

function omissionText({table, kind, name, reason}: Omission): string {
  return `${kind} ${clean(table === null ? name : `${table}.${name}`)}: ${reason}`;
}

/** Names come from a database: one with control characters must not steer the terminal. */
const clean = (text: string) => text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, character => `\\u{${character.codePointAt(0)!.toString(16)}}`);
