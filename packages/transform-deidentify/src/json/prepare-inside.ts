import type {Column, Row, Schema} from '@sluice/core';
import type {ChangeTreatment} from '../methods/method.ts';
import type {Prepare, Scan} from '../methods/prepared.ts';
import type {JsonPathRule} from '../policy.ts';
import {faultError} from './fault.ts';
import type {Place} from './places.ts';
import {rewriteJson} from './rewrite.ts';
import {JsonFault} from './scan.ts';
import {readToken, typeInside} from './token.ts';

/** What a method that works inside a document takes for the name of its column. */
export const leafName = ({name}: Column, path: string): string => `${name} ${path}`;

interface Inside {
  readonly rule: JsonPathRule;
  readonly treatment: ChangeTreatment;
}

/** Lets methods learn before the run: where one looks at its own column, it sees the values at its path. */
export function prepareInside(changes: readonly Inside[], root: Place<JsonPathRule>, column: Column, table: Schema): {prepare?: Prepare} {
  const prepares = changes.flatMap(({rule, treatment}) => (treatment.prepare ? [{rule, prepare: treatment.prepare}] : []));
  if (prepares.length === 0) return {};
  const leaves = new Map(changes.map(({rule}) => [leafName(column, rule.path), rule]));
  const outside = (names: readonly string[]) => [...new Set(names.map(name => (leaves.has(name) ? column.name : name)))];
  const dependsOn = prepares.flatMap(({prepare}) => prepare.dependsOn ?? []).map(({schema, columns}) => ({schema, columns: outside(columns)}));
  return {prepare: {
    ...(dependsOn.length > 0 && {dependsOn}),
    async run(scan, tools, signal) {
      for (const {rule, prepare} of prepares) await prepare.run(lookingInside(scan, rule, root, column, table), tools, signal);
    },
  }};
}

function lookingInside(scan: Scan, rule: JsonPathRule, root: Place<JsonPathRule>, column: Column, {table}: Schema): Scan {
  const leaf = leafName(column, rule.path);
  return {
    async rows(schema, columns, each, signal) {
      const at = schema.table === table ? columns.indexOf(leaf) : -1;
      if (at < 0) return scan.rows(schema, columns, each, signal);
      await scan.rows(schema, columns.map((name, i) => (i === at ? column.name : name)), row => {
        const document = row[at];
        if (typeof document !== 'string' || document === '') return;
        const seen: Row = [...row];
        try {
          rewriteJson(document, root, {
            undecided: () => undefined,
            value(one, token, kind) {
              if (one === rule) {
                seen[at] = readToken(token, kind, typeInside(rule.use!.method)!);
                each(seen);
              }
              return token;
            },
          });
        } catch (error) {
          throw error instanceof JsonFault ? faultError(error, table, column.name) : error;
        }
      }, signal);
    },
  };
}
