import {BSON, type Document} from 'mongodb';
import type {OplogCase} from './oplog-cases.ts';
import type {OldSchema} from './reference-tables.ts';

const {Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp} = BSON;
const DATABASE = 'app';
const NS = `${DATABASE}.things`;
const pair = {oid: 'STRING', bsontype: 'INT'};
const schema: OldSchema = {
  _id: pair, title: 'STRING', n: 'INT', orders: [{no: 'INT', lines: [{sku: 'STRING', qty: 'INT', tags: ['STRING'], parts: [{p: 'STRING', at: 'TIMESTAMP'}]}]}],
  info: {state: 'STRING', seen: ['INT'], owner: pair},
};
const oid = (digits: string) => new ObjectId(digits.padStart(24, '0'));
const line = (sku: string, ...tags: string[]): Document => ({sku, qty: sku.length, tags, parts: [{p: `${sku}p`, at: new Date('2020-01-02T03:04:05.678Z')}]});
const thing = (id: string): Document => ({
  _id: oid(id), title: `t${id}`, n: 1, orders: [{no: 1, lines: [line('a', 'x', 'y'), line('bb', 'z'), line('ccc')]}, {no: 2, lines: [line('d', 'q')]}],
  info: {state: 's', seen: [1, 2, 3], owner: oid('f1')},
});
const [original, untouched] = ['01', '99'].map(thing) as [Document, Document];
/** Where whole collections are told of, the tables are few. */
const small: OldSchema = {_id: pair, title: 'STRING', orders: [{no: 'INT'}]};
const [one, two, three, four] = ['01', '02', '03', '04'].map((id): Document => ({_id: oid(id), title: `t${id}`, orders: [{no: 1}, {no: 2}]})) as [Document, Document, Document, Document];
const changed: Document = {...two, title: 'b', orders: []};

let time = 1_500_000_000;
const entry = (of: Document): Document => ({ts: new Timestamp({t: time++, i: 1}), t: Long.fromNumber(1), v: 2, wall: new Date(0), ui: new Binary(Buffer.alloc(16, 7), 4), ...of});
const set = (fields: Document): Document => ({$v: 1, $set: fields});
const unset = (...fields: string[]): Document => ({$v: 1, $unset: Object.fromEntries(fields.map(field => [field, true]))});
const diff = (of: Document): Document => ({$v: 2, diff: of});
const inserted = (o: Document, ns = NS): Document => ({op: 'i', ns, o, o2: {_id: o['_id']}});
const deleted = ({_id}: Document, ns = NS): Document => ({op: 'd', ns, o: {_id}});
const updated = ({_id}: Document, o: Document, ns = NS): Document => ({op: 'u', ns, o, o2: {_id}});
const command = (o: Document, more: Document = {}, ns = `${DATABASE}.$cmd`): Document => entry({op: 'c', ns, o, ...more});
const applied = (operations: readonly Document[], more: Document = {}, o: Document = {}): Document => command({applyOps: operations, ...o}, more, 'admin.$cmd');

/** A copy of a document with something done to it. */
function changedBy(document: Document, change: (copy: Document) => void): Document {
  const copy = BSON.deserialize(BSON.serialize(document));
  change(copy);
  return copy;
}

/** One document changes, told in both forms; another one stays. */
function updates(name: string, after: Document, v1: Document, v2: Document): OplogCase {
  return {name, database: DATABASE, schemas: {things: schema}, before: {things: [original, untouched]}, after: {things: [after, untouched]}, v1: {s: [entry(updated(original, v1))]}, v2: {s: [entry(updated(original, v2))]}};
}

/** The same in both forms. */
function scene(name: string, before: OplogCase['before'], after: OplogCase['after'], log: readonly Document[] | Readonly<Record<string, readonly Document[]>>, schemas: OplogCase['schemas'] = {things: small}): OplogCase {
  const shards = Array.isArray(log) ? {s: log as readonly Document[]} : log as Readonly<Record<string, readonly Document[]>>;
  return {name, database: DATABASE, schemas, before, after, v1: shards, v2: shards};
}

const to = (change: (copy: Document) => void) => changedBy(original, change);
const texts = ['', '\\N', '\\.', 'a\tb\r\nc\\', `'; DROP TABLE things; --`, '$$x$$', '😀 фыва', 'NULL', '\u2028', '{"a":1}', 'e\u0301', 'x'.repeat(70_000)];
const mixed = [5, 'x', null, true, {sku: 'only'}];
const tags = [{a: 1}, 'ok', [1], null];
const replacement = {_id: original['_id'], orders: [{lines: [{}]}, {}], info: {}};

const singles: readonly OplogCase[] = [
  updates('an inner array is cut', to(d => { d['orders'][0].lines.length = 1; }), set({'orders.0.lines': [line('a', 'x', 'y')]}), diff({sorders: {a: true, s0: {slines: {a: true, l: 1}}}})),
  updates('cut and set in one diff', to(d => { d['orders'][0].lines = [line('a', 'x', 'y'), line('new')]; }), set({'orders.0.lines': [line('a', 'x', 'y'), line('new')]}), diff({sorders: {a: true, s0: {slines: {a: true, l: 2, u1: line('new')}}}})),
  updates('a diff four levels down', to(d => { d['orders'][1].lines[0].parts[0].p = 'other'; d['orders'][1].lines[0].tags.push('n'); }),
    set({'orders.1.lines.0.parts.0.p': 'other', 'orders.1.lines.0.tags.1': 'n'}), diff({sorders: {a: true, s1: {slines: {a: true, s0: {stags: {a: true, u1: 'n'}, sparts: {a: true, s0: {u: {p: 'other'}}}}}}}})),
  updates('an element is unset', to(d => { d['orders'][0].lines[1] = null; }), unset('orders.0.lines.1'), diff({sorders: {a: true, s0: {slines: {a: true, u1: null}}}})),
  updates('an element with arrays of its own is unset', to(d => { d['orders'][0] = null; }), unset('orders.0'), diff({sorders: {a: true, u0: null}})),
  updates('arrays become scalars', to(d => { d['orders'] = 'none'; d['info'].seen = 7; }), set({orders: 'none', 'info.seen': 7}), diff({u: {orders: 'none'}, sinfo: {u: {seen: 7}}})),
  updates('an array becomes a document with numbers for names', to(d => { d['orders'] = {0: {no: 1}}; }), set({orders: {0: {no: 1}}}), diff({u: {orders: {0: {no: 1}}}})),
  updates('a document becomes a scalar, scalars a document and an array', to(d => { d['info'] = 5; d['title'] = {a: 1}; d['n'] = [1]; }), set({info: 5, title: {a: 1}, n: [1]}), diff({u: {info: 5, title: {a: 1}, n: [1]}})),
  updates('elements of the wrong kind', to(d => { d['orders'][0].lines = mixed; d['orders'][1].lines[0].tags = tags; }),
    set({'orders.0.lines': mixed, 'orders.1.lines.0.tags': tags}), diff({sorders: {a: true, s0: {u: {lines: mixed}}, s1: {slines: {a: true, s0: {u: {tags}}}}}})),
  updates('numbers of other types', to(d => { d['n'] = Long.fromNumber(5); d['orders'][0].no = new Double(2); d['orders'][1].no = '7'; d['info'].seen = [Long.ONE, new Double(1.5), 3, Decimal128.fromString('4'), true]; }),
    set({n: Long.fromNumber(5)}), diff({u: {n: Long.fromNumber(5)}})),
  updates('an ObjectId becomes a literal pair', to(d => { d['info'].owner = {oid: 'zzz', bsontype: 9}; }), set({'info.owner': {oid: 'zzz', bsontype: 9}}), diff({sinfo: {u: {owner: {oid: 'zzz', bsontype: 9}}}})),
  updates('an ObjectId becomes a text', to(d => { d['info'].owner = 'f1'; }), set({'info.owner': 'f1'}), diff({sinfo: {u: {owner: 'f1'}}})),
  updates('a document goes, an array grows beyond its end', to(d => { delete d['info']; d['orders'].push(null, null, {no: 5, lines: []}); }),
    {$v: 1, $set: {'orders.4': {no: 5, lines: []}}, $unset: {info: true}}, diff({d: {info: false}, sorders: {a: true, u2: null, u3: null, u4: {no: 5, lines: []}}})),
  updates('replaced', replacement, replacement, replacement),
  updates('replaced by its id', {_id: original['_id']}, {_id: original['_id']}, {_id: original['_id']}),
  updates('replaced by what looks like a diff', {_id: original['_id'], diff: {u: {title: 'no'}}, title: 'yes'}, {_id: original['_id'], diff: {u: {title: 'no'}}, title: 'yes'}, {_id: original['_id'], diff: {u: {title: 'no'}}, title: 'yes'}),
  updates('texts', to(d => { d['title'] = texts[4]; d['orders'][0].lines[0].tags = texts; }), set({title: texts[4], 'orders.0.lines.0.tags': texts}), diff({u: {title: texts[4]}})),
];

const session = (n: number, previous?: Document): Document => ({lsid: {id: new Binary(Buffer.alloc(16, n), 4)}, txnNumber: Long.fromNumber(n), prevOpTime: previous ? {ts: previous['ts'], t: Long.ONE} : {ts: new Timestamp({t: 0, i: 0}), t: Long.fromNumber(-1)}});
const chained = (() => {
  const first = applied([deleted(one)], session(5), {partialTxn: true});
  const between = entry(inserted(four));
  const second = applied([inserted(three)], session(5, first), {partialTxn: true});
  return [first, between, second, applied([updated(two, diff({u: {title: 'b', orders: []}}))], session(5, second), {count: Long.fromNumber(3)})];
})();
const prepared = (() => {
  const first = applied([deleted(one), inserted(three)], session(6), {prepare: true});
  return [first, entry(inserted(four)), command({commitTransaction: 1, commitTimestamp: first['ts']}, session(6, first), 'admin.$cmd')];
})();
const aborted = (() => {
  const first = applied([deleted(one)], session(7), {prepare: true});
  return [first, command({abortTransaction: 1}, session(7, first), 'admin.$cmd'), entry({op: 'n', ns: '', o: {msg: 'periodic noop'}})];
})();
const inTurns = [inserted(two), inserted(three), deleted(two), inserted(four), deleted(one), updated(three, set({n: 1}))].map(entry) as [Document, Document, Document, Document, Document, Document];
const many = Array.from({length: 2100}, (_, i): Document => ({_id: oid((0x1000 + i).toString(16)), title: 'm', orders: [{no: i}]}));
const both = {things: small, archive: small};
const rename = (from: string, into: string, more: Document = {}, ns = `${DATABASE}.$cmd`) => command({renameCollection: from, to: into, stayTemp: false, ...more}, {}, ns);

const scenes: readonly OplogCase[] = [
  scene('a transaction inserts, updates and deletes', {things: [one, two]}, {things: [changed, three]}, [applied([inserted(three), updated(two, diff({u: {title: 'b', orders: []}})), deleted(one)], session(1))]),
  scene('applyOps within applyOps', {things: [one, two]}, {things: [changed, three]}, [
    applied([{op: 'c', ns: `${DATABASE}.$cmd`, o: {applyOps: [inserted(three), {op: 'c', ns: 'admin.$cmd', o: {applyOps: [deleted(one)]}}]}}, updated(two, set({title: 'b', orders: []}))]),
  ]),
  scene('applyOps with drop, create and insert', {things: [one, two]}, {things: [three]}, [applied([{op: 'c', ns: `${DATABASE}.$cmd`, o: {drop: 'things'}}, {op: 'c', ns: `${DATABASE}.$cmd`, o: {create: 'things'}}, inserted(three)])]),
  scene('a transaction of several entries, others between them', {things: [one, two]}, {things: [changed, three, four]}, chained),
  scene('a prepared transaction', {things: [one, two]}, {things: [two, three, four]}, prepared),
  scene('a transaction that is given up', {things: [one, two]}, {things: [one, two]}, aborted),
  scene('renamed over another one, and made anew', {things: [one, two], archive: [three]}, {archive: [one, two], things: [four]}, [
    rename(NS, `${DATABASE}.archive`, {dropTarget: new Binary(Buffer.alloc(16, 1), 4)}), command({create: 'things', idIndex: {}}), entry(inserted(four)),
  ], both),
  scene('renamed in a circle', {things: [one], archive: [two, three]}, {things: [two, three], archive: [one]}, [rename(NS, `${DATABASE}.tmp`), rename(`${DATABASE}.archive`, NS), rename(`${DATABASE}.tmp`, `${DATABASE}.archive`)], both),
  scene('renamed to what nobody follows, and from it', {things: [one], archive: [two]}, {archive: [three]}, [rename(NS, `${DATABASE}.elsewhere`), command({drop: 'archive'}), rename(`${DATABASE}.strange`, `${DATABASE}.archive`)], both),
  scene('renamed to another database and from one', {things: [one], archive: [two]}, {archive: [three, four]}, [rename(NS, 'x.things'), rename('x.archive', `${DATABASE}.archive`, {dropTarget: true}, 'x.$cmd'), entry(inserted(four, `${DATABASE}.archive`))], both),
  scene('dropped and made anew under the same ids', {things: [one, two]}, {things: [changed]}, [
    command({drop: 'things'}), command({create: 'things'}), command({createIndexes: 'things', v: 2, key: {title: 1}, name: 'title_1'}), entry(inserted(changed)), command({collMod: 'things', validationLevel: 'off'}), command({dropIndexes: 'things', index: 'title_1'}),
  ]),
  scene('dropped for good', {things: [one]}, {}, [entry(inserted(two)), entry(deleted(one)), command({drop: 'things'})]),
  scene('deleted and inserted again, told twice', {things: [two]}, {things: [changed]}, [deleted(two), inserted(two), deleted(two), inserted(changed), inserted(changed), updated(one, set({title: 'nobody'}))].map(entry)),
  scene('moved between shards', {things: [one, two]}, {things: [one, changed]}, {a: [entry({...inserted(two), fromMigrate: true})], b: [entry({...deleted(two), fromMigrate: true})], c: [entry(updated(two, diff({u: {title: 'b', orders: []}})))]}),
  scene('changed on several shards in turns', {things: [one]}, {things: [three, four]}, {z: [inTurns[0], inTurns[3]], a: [inTurns[1], inTurns[4]], m: [inTurns[2], inTurns[5]]}),
  scene('more than a batch in one transaction, a third of it deleted in the next', {things: [one]}, {things: [one, ...many.filter((_, i) => i % 3 > 0)]}, [applied(many.map(each => inserted(each))), applied(many.filter((_, i) => i % 3 === 0).map(each => deleted(each)))]),
  scene('other databases and longer names', {things: [one]}, {things: [one]}, [entry(deleted(one, 'app2.things')), entry(deleted(one, `${NS}.old`)), entry(deleted(one, 'xapp.things')), command({drop: 'things'}, {}, 'app2.$cmd'), command({dropDatabase: 1}, {}, 'app2.$cmd')]),
];

const numbers: OldSchema = {_id: 'INT', d: 'DOUBLE', l: 'BIGINT', b: 'BOOLEAN', t: 'TIMESTAMP', n: 'TINYINT', xs: ['DOUBLE'], ts: ['TIMESTAMP'], ids: [pair], bs: ['BOOLEAN'], ls: ['BIGINT']};
const values: readonly Document[] = [
  {
    _id: 1, d: new Double(NaN), l: Long.MAX_VALUE, b: false, t: new Date('0001-01-01T00:00:00Z'), n: null, xs: [Infinity, -Infinity, new Double(-0), 1e300, 3, Long.fromNumber(4), 0.1],
    ts: [new Date('9999-12-31T23:59:59.999Z'), new Timestamp({t: 1, i: 1}), 'x', new Date(-1)], ids: [oid('a'), null, 'str', {oid: 'x', bsontype: 1}, {oid: 5}], bs: [true, 1, null, false], ls: [Long.fromNumber(-1), 2, new Double(3)],
  },
  {_id: 2, d: Long.fromNumber(7), l: 3, b: 1, t: 'no', n: 3},
  {_id: new Int32(-2147483648), d: 5, l: Long.MIN_VALUE, b: true, t: new Date('2024-02-29T12:00:00Z')},
];
const named: OldSchema = {
  _id: 'STRING', Mixed: {Case: 'INT', _under: 'STRING', __two: 'STRING'}, '2nd': 'INT', select: 'INT', 'a.b': 'INT', $dollar: 'STRING', фыва: 'STRING', Items: [{'Some Name': 'STRING', address: [{class: ['STRING'], status: 'STRING'}]}],
};
const name: Document = {_id: `it's "$$" \\ id`, Mixed: {Case: 1, _under: 'u', __two: 't'}, '2nd': 2, select: 3, 'a.b': 4, фыва: 'ф', Items: [{'Some Name': 'n', address: [{class: ['k', 'l'], status: 'st'}]}]};
const deep: OldSchema = {_id: pair, address: {lines: [{status: {codes: [{pass: 'INT', notes: {address: [{x: 'STRING'}]}}]}}]}, process: {a: {b: {c: 'STRING', ds: ['STRING']}}}};
const codes = (pass: number | null, ...x: string[]) => ({pass, notes: {address: x.map(each => ({x: each}))}});

const others: readonly OplogCase[] = [
  scene('values of every type', {nums: [{_id: 1}, {_id: 2}]}, {nums: values}, [entry(updated({_id: 1}, values[0]!, `${DATABASE}.nums`)), entry({...updated({_id: 2}, values[1]!, `${DATABASE}.nums`), b: true}), entry(inserted(values[2]!, `${DATABASE}.nums`))], {nums: numbers}),
  scene('names, and an id with quotes', {MyStuff: [name, {_id: 'o'}]}, {MyStuff: [changedBy(name, d => { d['Mixed'].Case = 9; d['Items'][0].address.push({class: ['m']}); })]},
    [entry(updated(name, set({'Mixed.Case': 9, 'Items.0.address.1': {class: ['m']}}), `${DATABASE}.MyStuff`)), entry(deleted({_id: 'o'}, `${DATABASE}.MyStuff`))], {MyStuff: named}),
  scene('documents within documents within arrays', {posts: [{_id: oid('1'), address: {lines: [{status: {codes: [codes(1, 'a', 'b')]}}]}, process: {a: {b: {c: 'c', ds: ['1']}}}}]},
    {posts: [{_id: oid('1'), address: {lines: [{status: {codes: [codes(2, 'b'), {notes: null}]}}, {status: []}]}, process: {a: {b: {ds: []}}}}, {_id: oid('2'), address: {lines: [{status: {codes: [codes(null, 'z')]}}]}, process: {a: [{b: 1}]}}]},
    [entry(updated({_id: oid('1')}, diff({u: {x: 1}}), `${DATABASE}.posts`)), entry(inserted({_id: oid('2')}, `${DATABASE}.posts`))], {posts: deep}),
  scene('an id without an underscore', {guests: [{_id: oid('1'), id: 1, comment: 'a', rooms: [{n: 1}]}, {_id: oid('2'), id: 2, rooms: [{n: 5}]}]}, {guests: [{_id: oid('1'), id: 1, comment: 'b', rooms: []}, {_id: oid('3'), id: 3, rooms: [{n: 5}]}]},
    [entry(updated({_id: oid('1')}, set({comment: 'b', rooms: []}), `${DATABASE}.guests`)), entry(deleted({_id: oid('2')}, `${DATABASE}.guests`)), entry(inserted({_id: oid('3'), id: 3, rooms: [{n: 5}]}, `${DATABASE}.guests`))],
    {guests: {id: 'INT', comment: 'STRING', rooms: [{n: 'INT'}]}}),
];

/** Cases like those that were recorded, and harder: 38 of them. */
export const hostileCases: readonly OplogCase[] = [...singles, ...scenes, ...others];
