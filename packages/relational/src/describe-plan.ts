import type {RelationalPlan} from './plan.ts';

/** A plan for a person: each table with its columns, their types and where in the document they come from, and which names could not stay. */
export function describePlan(plan: RelationalPlan): string {
  const {collection, tables, extra, renamed} = plan;
  const all = [...tables.map(({schema}) => schema), ...extra ? [extra.schema] : []];
  const lines = [`${collection}: ${all.length} table${all.length === 1 ? '' : 's'}`];
  for (const {table, columns, primaryKey, comment} of all) {
    lines.push('', comment === undefined ? table : `${table}: ${comment}`);
    const widest = Math.max(...columns.map(({name}) => name.length));
    const types = columns.map(({native, type}) => native?.sql ?? type);
    const widestType = Math.max(...types.map(type => type.length));
    for (const [i, {name, comment: path = ''}] of columns.entries()) {
      lines.push(`  ${name.padEnd(widest)}  ${types[i]!.padEnd(widestType)}  ${primaryKey.includes(name) ? 'key' : '   '}  ${path}`.trimEnd());
    }
  }
  if (renamed.length > 0) lines.push('', 'names that could not stay:');
  for (const {path, wanted, name, reason} of renamed) lines.push(`  ${path === '' ? wanted : path}: ${name} instead of ${wanted}: ${reason}`);
  return `${lines.join('\n')}\n`;
}
