import type {Omission} from '@sluice/core';
import type {CopyPlan} from '@sluice/engine';

/** What `--json` prints of a plan: a contract, versioned by `format`. */
export function planDocument(plan: CopyPlan): object {
  const effects = new Map(plan.tables.map(table => [table.out.table, table]));
  return {
    format: 'sluice.plan/1',
    tables: plan.target.tables.map(({table, target, ddl, columns}) => ({
      name: effects.get(table)?.source.table ?? table, target, columns, ddl,
      effects: effects.get(table)?.effects ?? [], approximateRows: effects.get(table)?.source.approximateRows ?? null,
    })),
    views: plan.target.views,
    excluded: plan.excluded,
    omissions: plan.omissions,
    warnings: plan.warnings,
  };
}

/** A plan for people: per table its columns and types, then the DDL, then what is left out and why. */
export function planText(plan: CopyPlan, width: number): string {
  const bySource = new Map(plan.tables.map(table => [table.out.table, table]));
  const lines: string[] = [];
  for (const {table, target, columns} of plan.target.tables) {
    const planned = bySource.get(table);
    const rows = planned?.source.approximateRows;
    const name = planned?.source.table ?? table;
    lines.push('', `${clean(name)}${target === name ? '' : ` -> ${clean(target)}`}${rows === undefined ? '' : `  (about ${rows.toLocaleString('en')} rows)`}`);
    const left = Math.min(30, Math.max(0, ...columns.map(({column}) => column.length)));
    const middle = Math.min(30, Math.max(0, ...columns.map(({from}) => from.length)));
    for (const {column, from, to, note} of columns) {
      lines.push(`  ${clean(column).padEnd(left)}  ${clean(from).padEnd(middle)}  -> ${clean(to) || '(no declared type)'}${note === undefined ? '' : `  ${note}`}`);
    }
    for (const {column, effect, method} of planned?.effects ?? []) lines.push(`  ${clean(column).padEnd(left)}  ${effect}${method === effect ? '' : ` (${method})`}`);
  }
  const statements = [...plan.target.tables.flatMap(({ddl}) => ddl), ...plan.target.views.map(({ddl}) => ddl)];
  if (statements.length > 0) lines.push('', 'Statements', ...statements.flatMap(sql => ['', ...`${sql};`.split('\n').map(line => `  ${clean(line)}`)]));
  if (plan.excluded.length > 0) lines.push('', 'Not read', ...plan.excluded.map(({name, reason}) => `  ${clean(name)}: ${reason}`));
  if (plan.omissions.length > 0) lines.push('', 'Cannot travel', ...plan.omissions.map(omission => `  ${omissionText(omission)}`));
  if (plan.warnings.length > 0) lines.push('', 'Warnings', ...plan.warnings.map(warning => `  ${warning}`));
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
