// The documents of the profile: 15 fields, about 540 bytes, one of them an array of three records.
import {BSON, Double, Int32, Long} from 'mongodb';

export const documentOf = i => ({
  _id: new Int32(i), name: `name_${i}`, email: `user_${i}@example-${i % 100}.org`, note: 'a longer text that says something about it '.repeat(1 + (i % 3)),
  city: i % 10 === 0 ? null : 'Zürich', count: new Int32(i), total: Long.fromNumber(i * 1_000_000), ratio: new Double(i * 1.142857142), active: i % 2 === 0,
  created: new Date(1_580_000_000_000 + i * 61_000), updated: new Date(1_590_000_000_000 + i * 977), address: {street: `Street ${i}`, zip: String(8000 + (i % 99))},
  state: 'open', version: new Int32(i % 7), lines: [0, 1, 2].map(k => ({sku: `sku-${i}-${k}`, quantity: new Int32(k + 1), price: new Double(9.95 * (k + 1))})),
});

export const timestamp = (t, i) => new BSON.Timestamp({t, i});
