import {Binary, Decimal128, Long, ObjectId, UUID, type Document} from 'bson';
import {choices} from './choices.ts';

/** Collections of a made-up shop, as an application leaves them after some years: nested, uneven, with the odd wrong type. */
export interface Shop {
  readonly customers: readonly Document[];
  readonly orders: readonly Document[];
  readonly visits: readonly Document[];
}

const FIRST = ['Ada', 'Björn', 'Chiara', 'Dmitri', 'Esra', 'Fatou', 'Goro', 'Hana', 'Ines', 'Jamal'];
const LAST = ['Lovelace', 'Öst', 'Bianchi', 'Орлов', 'Yılmaz', 'Diop', '田中', 'Nováková', 'Sørensen', 'O’Neill'];
const THINGS = ['lamp', 'chair', 'kettle', 'bicycle bell', 'notebook', 'map of the world'];
const TAGS = ['gift', 'fragile', 'express', 'second hand'];
const START = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;

/** The same documents every time. */
export function makeShop(): Shop {
  const {below, pick} = choices(7);
  // Ids that a server would make from its clock are made by counting.
  let ids = 0;
  const objectId = () => new ObjectId(`659200800000000000${(++ids).toString(16).padStart(6, '0')}`);
  const customers = Array.from({length: 60}, (_, i): Document => ({
    _id: objectId(),
    name: {first: pick(FIRST), last: pick(LAST)},
    since: new Date(START + i * 9 * HOUR),
    addresses: Array.from({length: 1 + below(2)}, () => ({street: `${pick(LAST)} street`, number: 1 + below(200), geo: [below(180) + 0.5, below(90) + 0.25]})),
    ...(i % 7 === 0 && {newsletter: i % 2 === 0}),
    // What was a number for years, and text since somebody changed a form.
    zip: i % 20 === 3 ? `${10_000 + below(80_000)}` : 10_000 + below(80_000),
  }));
  const orders = Array.from({length: 240}, (_, i): Document => ({
    _id: i + 1,
    customer: pick(customers)['_id'],
    placed: new Date(START + i * 5 * HOUR),
    total: Decimal128.fromString(`${1 + below(900)}.${String(below(100)).padStart(2, '0')}`),
    views: i % 50 === 0 ? Long.fromString('9007199254740993') : 1 + below(40),
    lines: Array.from({length: 1 + below(4)}, () => ({thing: pick(THINGS), quantity: 1 + below(5), tags: TAGS.filter(() => below(3) === 0)})),
    ...(i % 9 === 0 && {note: 'leave it with the neighbour:\n"Łukasz", 2nd floor'}),
  }));
  const visits = Array.from({length: 120}, (_, i): Document => ({
    _id: new UUID(`0000${String(i).padStart(4, '0')}-0000-4000-8000-000000000000`),
    at: new Date(START + i * HOUR),
    device: {kind: pick(['phone', 'desk']), token: new Binary(Uint8Array.of(i, 255, 0))},
    pages: Array.from({length: below(4)}, () => pick(THINGS)),
  }));
  return {customers, orders, visits};
}

/** What happens in the shop after it was loaded: per collection, documents as they are now, and the ids of those that are gone. */
export interface ShopChanges {
  readonly orders: {readonly changed: readonly Document[]; readonly gone: readonly unknown[]};
  readonly customers: {readonly changed: readonly Document[]; readonly gone: readonly unknown[]};
}

/** A new order, one with fewer lines, one that is cancelled, a customer who moves and has a field that nobody knew. */
export function changeShop({customers, orders}: Shop): ShopChanges {
  const [first, second] = [orders[0]!, orders[1]!];
  const mover = customers[0]!;
  return {
    orders: {
      changed: [
        {...first, lines: (first['lines'] as readonly Document[]).slice(0, 1), paid: true},
        {_id: orders.length + 1, customer: mover['_id'], placed: new Date(START + 2000 * HOUR), total: Decimal128.fromString('12.50'), views: 1, lines: [{thing: 'lamp', quantity: 1, tags: ['gift']}]},
      ],
      gone: [second['_id']],
    },
    customers: {changed: [{...mover, addresses: [{street: 'Harbour street', number: 12, geo: [12.5, 55.75]}], loyalty: {points: 120}}], gone: []},
  };
}
