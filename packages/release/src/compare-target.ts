import type {DisclosureRisk} from '@sluice/disclosure-risk';
import type {Certificate} from './certificate.ts';
import type {ExaminedTarget} from './examine-target.ts';

/** What is not as a certificate says, in sentences without data. */
export interface TargetDifferences {
  readonly tables: readonly string[];
  readonly rows: readonly string[];
  readonly residual: readonly string[];
  readonly risk: readonly string[];
  readonly remarks: readonly string[];
}

/** Compares what a target holds with its certificate. `tables`: what is wrong with them already. */
export function compareTarget(certificate: Certificate, found: ExaminedTarget, tables: readonly string[], detector: string): TargetDifferences {
  const rows: string[] = [];
  const residual: string[] = [];
  const risk: string[] = [];
  for (const now of found.tables) {
    const then = certificate.counts.tables.find(({table}) => table === now.table)!;
    if (then.rowsOut !== now.rows) rows.push(`table ${then.target} has ${now.rows} rows, ${then.rowsOut} were released`);
    for (const [i, {column, nullsOut}] of then.columns.entries()) if (nullsOut !== now.nulls[i]!) rows.push(`${then.target}.${column} has ${now.nulls[i]!} nulls, ${nullsOut} were released`);
    for (const {column, found: finds} of now.scans) {
      const known = certificate.scans.residual.find(one => one.table === now.table && one.column === column)?.found ?? {};
      for (const [of, count] of Object.entries(finds)) if (count > (known[of] ?? 0)) residual.push(`${then.target}.${column} holds ${count} of class ${of}, ${known[of] ?? 0} were there`);
    }
    const before = certificate.risk.tables.find(({table}) => table === now.table)!.after;
    if (before !== null && now.risk !== null && !isSame(before, now.risk)) risk.push(`the risk of table ${then.target} is not what it was`);
  }
  for (const {table, columns, duplicates} of found.uniques) {
    const then = certificate.counts.unique.find(one => one.table === table && one.columns.join('\n') === columns.join('\n'));
    if (then !== undefined && then.duplicates !== duplicates) rows.push(`${duplicates} rows of ${table} have the same ${columns.join(', ')} as another, ${then.duplicates} had`);
  }
  for (const {table, columns, references, orphans} of found.references) {
    const then = certificate.counts.references.find(one => one.table === table && one.references === references && one.columns.join('\n') === columns.join('\n'));
    if (then !== undefined && then.orphans !== orphans) rows.push(`${orphans ?? 'uncounted'} values of ${columns.join(', ')} in ${table} are not in ${references}, ${then.orphans ?? 'uncounted'} were`);
  }
  const sameRules = detector === certificate.scans.detector;
  return {
    tables, rows, risk, residual: sameRules ? residual : [],
    remarks: sameRules ? [] : [`the scan was made by ${certificate.scans.detector}, this is ${detector}${residual.length > 0 ? `, which finds more: ${residual.join('; ')}` : ', which finds no more'}`],
  };
}

type Measured = NonNullable<Certificate['risk']['tables'][number]['after']>;

function isSame(then: Measured, now: DisclosureRisk): boolean {
  return then.unit === now.unit && then.members === now.members && then.k === now.k && then.classes === now.classes && then.uniqueness.uniques === now.uniqueness.uniques
    && then.sensitive.every(one => {
      const other = now.sensitive.find(({column}) => column === one.column);
      return other !== undefined && one.l?.distinct === other.l?.distinct && one.l?.recursive === other.l?.recursive && near(one.l?.entropy, other.l?.entropy) && near(one.t, other.t);
    });
}

/** Sums in another order differ in their last digits. */
const near = (a: number | null | undefined, b: number | null | undefined): boolean => a === b || (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) < 1e-9);
