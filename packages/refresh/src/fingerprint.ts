import {createHash} from 'node:crypto';
import type {Schema, TableTarget, Transform, ViewTarget} from '@sluice/core';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A schema as far as it says what a table is: estimates are left out. */
export function settled({approximateRows: _, approximateBytes: __, ...schema}: Schema): Schema {
  return schema;
}

/**
 * Everything that decides which rows come out of the same rows: the transforms in their order, the
 * columns they see. Null when a transform cannot say. `seen` is what each transform was planned against, `out` what comes out.
 */
export function rulesOf(out: Schema, seen: readonly Schema[], transforms: readonly Transform[]): string | null {
  const parts: unknown[] = [];
  for (const [i, transform] of transforms.entries()) {
    const text = transform.fingerprint?.(seen[i]!);
    if (text === undefined) return null;
    parts.push([transform.name, text]);
  }
  return sha256(JSON.stringify([parts, out.columns.map(({name, type}) => [name, type])]));
}

/** What a table is made of at the destination, foreign keys to others included; types that it needs are made once, and are there for the next run. */
export const formOf = ({target, ddl, columns}: TableTarget): string => sha256(JSON.stringify([target, ddl.filter(sql => !sql.startsWith('CREATE TYPE ')), columns]));

export const viewsOf = (views: readonly ViewTarget[]): string => sha256(JSON.stringify(views.map(({name, ddl}) => [name, ddl])));
