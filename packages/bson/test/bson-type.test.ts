import {expect, test} from 'vitest';
import {BsonType, bsonTypeName} from '../src/index.ts';

test('every type of BSON has a name of its own, other bytes have none', () => {
  const names = Object.values(BsonType).map(type => bsonTypeName(type));
  expect(new Set(names).size).toBe(21);
  expect(names).not.toContain(null);
  expect(bsonTypeName(0x14)).toBeNull();
});
