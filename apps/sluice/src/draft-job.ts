import type {Column} from '@sluice/core';
import type {ColumnRisk, JobStudy} from '@sluice/job';
import {literally} from './job-tables.ts';

/** What a draft says of one table. */
interface Draft {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  readonly rows: number | null;
  readonly risks: readonly ColumnRisk[];
}

/** A job file as YAML, from what a study found: every table with its key, and a comment wherever a person has to decide. */
export function draftJob({plan, tables, scanned}: JobStudy, ends: {readonly source: string; readonly destination: string}): string {
  const drafts = plan.tables.map(({source}, i): Draft => ({table: source.table, columns: source.columns, key: source.primaryKey, rows: tables[i]!.rows, risks: tables[i]!.risks}));
  const left = plan.omissions.filter(({kind, table}) => kind === 'table' || table === null);
  return [
    '# yaml-language-server: $schema=job.schema.json',
    '# `sluice job schema > job.schema.json` makes the schema; `sluice run FILE --dry-run` says what this would do, `sluice run FILE` does it.',
    '# Passwords: SLUICE_SOURCE_PASSWORD and SLUICE_DESTINATION_PASSWORD, or {url: ..., passwordFile: ...}, or {url: ..., password: "${NAME}"}.',
    `source: ${value(ends.source)}`,
    `destination: ${value(ends.destination)}`,
    'defaults:',
    '  mode: replace',
    '# Only what stands here is copied.',
    'tables:',
    ...drafts.flatMap(draft => tableLines(draft, scanned)),
    ...(plan.views.length > 0 ? ['# Views', ...plan.views.map(({name}) => `  ${pattern(name)}:`)] : []),
    ...(left.length > 0 ? ['# Not part of a copy:', ...left.map(({kind, name, reason}) => `#   ${kind} ${oneLine(name)}: ${oneLine(reason)}`)] : []),
    '',
  ].join('\n');
}

function tableLines({table, columns, key, rows, risks}: Draft, scanned: boolean): string[] {
  const amount = rows === null ? '' : `, ${scanned ? '' : 'about '}${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;
  const lines = [`  # ${columns.length} ${columns.length === 1 ? 'column' : 'columns'}${amount}; ${key.length === 0 ? 'no primary key' : `primary key ${key.map(oneLine).join(', ')}`}`];
  const own: string[] = [];
  if (key.length > 0) own.push(`    key: [${key.map(value).join(', ')}]`);
  else own.push('    # DECIDE: without a key rows cannot be upserted or compared by key; name the columns that identify a row:', `    # key: [${columns.slice(0, 2).map(({name}) => value(name)).join(', ')}]`);
  const risky = risks.filter(({risk}) => risk !== 'none');
  if (risky.length > 0) {
    own.push('    # DECIDE what becomes of values that the destination cannot hold; without a rule the copy stops at the first:', '    # onLoss:');
    for (const {column, risk, refused, remedies} of risky) {
      const reasons = [...new Set(refused.map(({reason, count}) => `${reason}${count === null ? '' : ` (${count.toLocaleString('en')})`}`))].join('; ');
      own.push(`    #   ${pattern(column)}: ${remedies[0] ?? 'quarantine'}  # ${remedies.join(', ')}: ${risk === 'certain' ? '' : 'perhaps '}${oneLine(reasons)}`);
    }
  }
  // A mapping of comments alone would be nothing, which is a table without wishes.
  return [...lines, `  ${pattern(table)}:`, ...own];
}

/** A name or URL as YAML: plain where that is safe, quoted as JSON otherwise. */
function text(value: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value) ? value : JSON.stringify(value);
}

/** As a value, in which `${` would begin a reference. */
const value = (name: string): string => text(name.replaceAll('${', () => '$${'));

/** As a key, which is a pattern: it means this name alone, also where that is no key of its own in JavaScript. */
const pattern = (name: string): string => text(name === '__proto__' ? '\\__proto__' : literally(name));

/** For comments: a name from a database must not end the line. */
const oneLine = (value: string): string => value.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, character => `\\u{${character.codePointAt(0)!.toString(16)}}`);
