import type {Value} from '@sluice/core';
import {isSafeHarborClass, readClass} from '@sluice/identifiers/classes';
import {classByName, identifierToFind} from './class-by-name.ts';
import {memberColumn} from './json/leaf.ts';
import {compilePaths} from './json/places.ts';
import {JsonFault} from './json/scan.ts';
import {readToken} from './json/token.ts';
import {visitJson, type JsonLeaf} from './json/visit.ts';
import {memo} from './methods/memo.ts';
import type {KnownColumn} from './methods/known-subjects.ts';
import type {Identifier, JsonPathRule} from './policy.ts';
import type {ColumnDecision} from './table-plan.ts';

/** A column of JSON documents, in which values about their subject stand. */
export interface KnownDocuments {
  readonly column: string;
  /** What the answers of `find` come from, for a fingerprint. */
  readonly saying: string;
  /** Tells the identifiers of one document. What is no JSON tells nothing: where a policy goes into it, the run refuses it. */
  find(document: Value, tell: (what: KnownColumn, value: Value) => void): void;
}

/**
 * Identifiers inside the documents of a column, each by the class its path has in the policy; without one by the class of
 * the column and the names of its members. A column of the class `none` has none.
 */
export function knownDocuments(table: string, {column, use, class: named}: ColumnDecision): KnownDocuments | null {
  const whole = named === undefined ? null : readClass(named);
  if (whole !== null && !isSafeHarborClass(whole.class)) return null;
  const paths = use?.json?.paths ?? [];
  const {root} = compilePaths(paths);
  const found = new Map<string, KnownColumn>();
  const known = ({class: letter, kind}: Identifier): KnownColumn => {
    const key = `${letter} ${kind ?? ''}`;
    const one = found.get(key) ?? {table, column, class: letter, kind};
    found.set(key, one);
    return one;
  };
  return {
    column,
    saying: JSON.stringify([named ?? null, paths.map(({path, identifier, saying}) => [path, identifier?.kind ?? identifier?.class ?? null, saying])]),
    find(document, tell) {
      if (typeof document !== 'string') return;
      try {
        visitJson(document, root, leaf => {
          const identifier = identifierOf(leaf, whole);
          if (identifier !== null) tell(known(identifier), leaf.kind === 'number' ? leaf.token : readToken(leaf.token, leaf.kind, 'text'));
        });
      } catch (error) {
        if (!(error instanceof JsonFault)) throw error;
      }
    },
  };
}

function identifierOf({place, names, kind}: JsonLeaf<JsonPathRule>, whole: Identifier | null): Identifier | null {
  if (kind !== 'string' && kind !== 'number') return null;
  const {rule} = place;
  if (rule?.use?.method.name === 'redactText') return null; // a text is not looked for in texts
  if (rule?.identifier !== undefined) return identifierToFind(rule.identifier);
  const {name} = memberColumn(names);
  return identifierToFind(name === '' ? null : byName(name)) ?? identifierToFind(whole);
}

/** Members of the same name come with every row. */
const byName = memo(name => readClass(classByName({name: String(name), type: 'text', nullable: true})));
