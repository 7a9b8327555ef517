import {createHash} from 'node:crypto';
import type {StoredObject, TargetPlan} from '@sluice/core';

/** The tables and views of a load, each with a digest of the statements that make it. */
export function objectsOf({tables, views}: TargetPlan): StoredObject[] {
  const digest = (statements: readonly string[]) => createHash('sha256').update(JSON.stringify(statements)).digest('hex');
  return [
    ...tables.map(({target, ddl}): StoredObject => ({type: 'table', name: target, table: target, digest: digest(ddl)})),
    ...views.map(({name, ddl}): StoredObject => ({type: 'view', name, table: name, digest: digest([ddl])})),
  ];
}
