import type {CopyPlan} from '@sluice/engine';
import type {JobStudy} from './study/study-job.ts';

/**
 * What `--json` prints of a plan: a contract, versioned by `format`. With a study every table has `rows`, `reads` and
 * `risks`, and the document `scanned`, `readers` and `estimate`.
 */
export function planDocument(plan: CopyPlan, study?: JobStudy): object {
  const effects = new Map(plan.tables.map(table => [table.out.table, table]));
  const studied = new Map(study?.tables.map(table => [table.table, table]));
  return {
    format: 'sluice.plan/1',
    mode: plan.mode,
    tables: plan.target.tables.map(({table, target, ddl, columns}) => {
      const planned = effects.get(table);
      const name = planned?.source.table ?? table;
      const found = studied.get(name);
      return {
        name, target, columns, ddl, effects: planned?.effects ?? [], approximateRows: planned?.source.approximateRows ?? null,
        ...(planned?.rows?.where && {where: planned.rows.where}),
        ...(found && {rows: found.rows, reads: found.reads, risks: found.risks}),
      };
    }),
    views: plan.target.views,
    excluded: plan.excluded,
    omissions: plan.omissions,
    warnings: plan.warnings,
    ...(study && {scanned: study.scanned, readers: study.readers, estimate: study.estimate}),
  };
}
