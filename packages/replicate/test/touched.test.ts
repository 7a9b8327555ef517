import {BSON} from 'bson';
import {describe, expect, it} from 'vitest';
import type {DocumentRows} from '../src/ports.ts';
import {touchedBy} from '../src/touched.ts';

const idOf = (id: unknown) => BSON.serialize({'': id});
// Of a collection no more is looked at than this.
const collections = [{collection: 'guests', idField: 'id'}, {collection: 'orders', idField: '_id'}] as readonly Pick<DocumentRows, 'collection' | 'idField'>[] as readonly DocumentRows[];

describe('changes of documents', () => {
  it('that name them by another field than the rows have ask for the whole collection: nothing tells which rows go', () => {
    const touched = touchedBy([
      {kind: 'touched', database: 'shop', collection: 'guests', id: idOf(11), field: 'id'},
      {kind: 'touched', database: 'shop', collection: 'guests', id: idOf('x'), field: '_id'},
      {kind: 'touched', database: 'shop', collection: 'orders', id: idOf(1), field: '_id'},
      {kind: 'touched', database: 'shop', collection: 'orders', id: idOf(2)},
    ], 'shop', collections);
    expect([...touched.reloaded]).toEqual([0]);
    expect([...touched.ids].map(([place, ids]) => [place, ids.size])).toEqual([[1, 2]]);
    expect([...touched.changes]).toEqual([[0, 2], [1, 2]]);
  });
});
