import {didYouMean} from '@sluice/config';
import type {Catalog, Problem, Schema} from '@sluice/core';
import {Exactness, type NameRule, type Policy, type TableRule} from '../policy.ts';
import {RuleIndex} from '../rule-index.ts';

/** A rule for nothing is a misspelt rule: whatever it was to protect is not protected. */
export function unusedRules(policy: Policy, catalog: Catalog): Problem[] {
  return [...unusedTables(policy, catalog), ...unusedNames(policy.subjects, catalog), ...unusedNames(policy.risk.quasi ?? [], catalog, true), ...unusedViews(policy, catalog)];
}

function unusedTables({tables}: Policy, {tables: schemas, views}: Catalog): Problem[] {
  const byName = new Map(schemas.map(schema => [schema.table, schema]));
  const viewNames = views.map(({name}) => name);
  const excluding = new RuleIndex(tables.filter(({excluded}) => excluded));
  const columnNames = new Map<Schema, ReadonlySet<string>>();
  const columnsOf = (schema: Schema): ReadonlySet<string> => {
    let names = columnNames.get(schema);
    if (!names) columnNames.set(schema, names = new Set(schema.columns.map(({name}) => name)));
    return names;
  };
  const problems: Problem[] = [];
  for (const rule of tables) {
    const matched = fittingTables(rule, byName, schemas);
    if (matched.length === 0 && !(rule.exactness === Exactness.final && viewNames.some(rule.matches))) {
      problems.push({path: rule.place(), message: noTable(rule, [...byName.keys()], viewNames)});
    }
    if (rule.columns.length === 0) continue;
    const read = matched.filter(({table}) => !excluding.fitting(table).some(other => other.exactness > rule.exactness));
    if (read.length === 0) continue;
    for (const column of rule.columns) {
      const {only} = column;
      if (read.some(schema => (only === undefined ? schema.columns.some(({name}) => column.matches(name)) : columnsOf(schema).has(only)))) continue;
      const names = read.length === 1 ? [...columnsOf(read[0]!)] : [];
      const where = rule.exactness === Exactness.name ? `in table ${rule.pattern}` : `in the ${read.length} tables that ${rule.pattern} means`;
      problems.push({path: column.place(), message: column.exactness === Exactness.name
        ? `there is no column ${column.pattern} ${where}${didYouMean(column.pattern, names)}`
        : `no column ${where} is like ${column.pattern}`});
    }
  }
  return problems;
}

/** Rules about whose rows tables have, or which columns identify together, for tables that do not exist; the columns they name, too. */
function unusedNames(rules: readonly (NameRule & {readonly columns?: readonly string[]})[], {tables, views}: Catalog, withColumns = false): Problem[] {
  const byName = new Map(tables.map(schema => [schema.table, schema]));
  return rules.flatMap((rule): Problem[] => {
    const matched = fittingTables(rule, byName, tables);
    if (matched.length === 0) return [{path: rule.place(), message: noTable(rule, [...byName.keys()], views.map(({name}) => name))}];
    return !withColumns ? [] : (rule.columns ?? []).filter(name => !matched.some(({columns}) => columns.some(column => column.name === name)))
      .map(name => ({path: rule.place(), message: `there is no column ${name} in ${matched.length === 1 ? `table ${matched[0]!.table}` : `the ${matched.length} tables that ${rule.pattern} means`}`
        + didYouMean(name, matched.flatMap(({columns}) => columns.map(column => column.name)))}));
  });
}

function fittingTables(rule: NameRule, byName: ReadonlyMap<string, Schema>, schemas: readonly Schema[]): readonly Schema[] {
  if (rule.only === undefined) return schemas.filter(({table}) => rule.matches(table));
  const schema = byName.get(rule.only);
  return schema ? [schema] : [];
}

function unusedViews({views: rules}: Policy, {tables, views, others}: Catalog): Problem[] {
  const names = views.map(({name}) => name);
  return rules.flatMap((rule): Problem[] => {
    if (names.some(rule.matches)) return [];
    const unseen = others.find(({kind, name}) => kind === 'view' && rule.matches(name));
    return [{path: rule.place(), message: unseen ? `the view ${unseen.name} cannot travel: ${unseen.reason}` : rule.exactness === Exactness.name
      ? `there is no view ${rule.pattern}${tables.some(({table}) => table === rule.pattern) ? '; it is a table' : didYouMean(rule.pattern, names)}` : `no view is like ${rule.pattern}`}];
  });
}

function noTable({pattern, exactness}: NameRule, tables: readonly string[], views: readonly string[]): string {
  if (exactness !== Exactness.name) return `no table is like ${pattern}`;
  if (views.includes(pattern)) return `${pattern} is a view, not a table: decide about it under \`views\``;
  return `there is no table ${pattern}${didYouMean(pattern, tables)}`;
}

/** Tables that the patterns of the old settings leave out although they do not look it, and rules for those that are left out anyway. */
export function surprises({tables}: Policy, catalog: Catalog): string[] {
  const final = tables.filter(({exactness}) => exactness === Exactness.final);
  const needless = tables.flatMap(rule => {
    if (rule.exactness !== Exactness.name) return [];
    const over = final.find(({matches}) => matches(rule.pattern));
    return over ? [`${rule.place()}: has no effect: ${rule.pattern} is left out, by ${over.place()}`] : [];
  });
  return needless.concat(tables.flatMap(({pattern, place, matches, seemsToMean}: TableRule) => {
    const more = seemsToMean ? catalog.tables.map(({table}) => table).filter(table => matches(table) && !seemsToMean(table)) : [];
    return more.length > 0 ? [`${place()}: ${pattern} also leaves out ${more.join(', ')}`] : [];
  }));
}
