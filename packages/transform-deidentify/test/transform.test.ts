import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import {PipelineError, type Batch, type Row, type Schema} from '@sluice/core';
import {masterKeyFrom} from '@sluice/pseudonyms';
import {CANARY, expectNoLeak} from '@sluice/testkit';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {deidentify, parsePolicy, type Policy} from '@sluice/transform-deidentify';
import {catalogOf, never, pass, table, told} from './tables.ts';

const policy = (tables: string, top = ''): Policy => parsePolicy(`version: 1\n${top}\ntables:\n${tables}`);
const batch = (rows: Row[]): Batch => ({rows, position: null});

const twins: Schema = table('gen_twins', {
  id: {type: 'int', nullable: false, autoIncrement: true}, familyid: {type: 'int', nullable: false}, firstname: {nullable: false, maxLength: 50},
  dateofbirth: 'date', zip: 'text', score: 'int',
}, {primaryKey: ['id'], order: 'key'});
const rows: Row[] = [[1, 1001, 'Ann', '1990-01-31', '53703', 7], [2, 1001, 'Bob', null, '82101', null], [3, 1002, 'Cy', '0000-00-00', 'K1A 0B1', 9]];

describe('rows', () => {
  test.each([false, true])('are the same whether all columns are read (%s) or only those in need', async whole => {
    const out = await pass(policy('  gen_twins: {columns: {id: keep, familyid: keep, firstname: blank, dateofbirth: year, zip: zip3, score: drop}}'), twins, rows, {whole});
    expect(out!.columns).toEqual(['id', 'familyid', 'firstname', 'dateofbirth', 'zip']);
    expect(out!.rows).toEqual([[1, 1001, null, 1990, '537'], [2, 1001, null, null, '000'], [3, 1002, null, null, null]]);
    expect(out!.notes).toEqual([
      'dateofbirth is not a readable date: NULL = 1', 'zip is of an area with 20,000 people or fewer: 000 = 1', 'zip is not a US ZIP code: NULL = 1',
    ]);
    expect(out!.read).toEqual(whole ? twins.columns.map(({name}) => name) : ['id', 'familyid', 'dateofbirth', 'zip']);
  });

  test('a dropped key is not handed on although it was read to page by', async () => {
    const out = await pass(policy('  gen_twins: {columns: {"*": drop, firstname: blank, score: keep}}'), twins, rows);
    expect(out).toMatchObject({columns: ['firstname', 'score'], read: ['id', 'score'], rows: [[null, 7], [null, null], [null, 9]]});
  });

  test('every arrangement of keep, drop, blank and constant, read whole or in part, in any order', () => {
    const decision = fc.constantFrom('keep', 'drop', 'blank', '{method: constant, value: 5}');
    fc.assert(fc.property(fc.array(decision, {minLength: 1, maxLength: 6}).filter(all => all.some(one => one !== 'drop')), fc.infiniteStream(fc.nat()), (decisions, random) => {
      const names = decisions.map((_, i) => `c${i}`);
      const schema = table('t', Object.fromEntries(names.map(name => [name, 'int' as const])));
      const transform = deidentify(policy(`  t: {columns: {${names.map((name, i) => `${name}: ${decisions[i]}`).join(', ')}}}`));
      expect(transform.check(catalogOf([schema]))).toEqual([]);
      const uses = transform.plan(schema)!.uses!;
      expect(uses).toEqual(decisions.flatMap((one, i) => (one === 'keep' ? [i] : [])));
      const extra = names.map((_, i) => i).filter(i => !uses.includes(i) && random.next().value! % 2 === 0);
      const order = [...uses, ...extra].map(i => [random.next().value!, i] as const).sort((a, b) => a[0] - b[0]).map(([, i]) => i);
      if (order.length === 0) return;
      const plan = transform.plan({...schema, columns: order.map(i => schema.columns[i]!)})!;
      const out = plan.apply(batch([0, 1].map(row => order.map(i => row * 10 + i)))).rows;
      expect(out).toEqual([0, 1].map(row => decisions.flatMap((one, i) => (one === 'drop' ? [] : [one === 'keep' ? row * 10 + i : one === 'blank' ? null : 5]))));
      expect(plan.schema).toEqual(transform.plan(schema)!.schema);
    }));
  });

  test('what is kept whole is not touched at all', () => {
    const transform = deidentify(policy('  gen_twins: {columns: {"*": keep}}'));
    transform.check(catalogOf([twins]));
    const given = batch(rows.map(row => [...row]));
    const row = given.rows[0];
    expect(transform.plan(twins)!.apply(given).rows[0]).toBe(row);
  });

  test('operations stay with their rows', () => {
    const transform = deidentify(policy('  gen_twins: {columns: {"*": drop, id: keep}}'));
    const given: Batch = {...batch([[1, 1, 'a', null, null, 1]]), ops: ['delete']};
    expect(transform.plan(twins)!.apply(given)).toEqual({...batch([[1]]), ops: ['delete']});
  });
});

describe('the schema', () => {
  const full: Schema = table('gen_family', {
    id: {type: 'int', nullable: false}, familyid: {type: 'int', nullable: false}, email: {nullable: false, default: {kind: 'literal', text: 'none'}},
    lastname: {maxLength: 40}, label: {generated: {dialect: 'mysql', sql: 'upper(`lastname`)', stored: true}}, score: {type: 'int', default: {kind: 'expression', dialect: 'mysql', sql: 'length(lastname)'}},
    twice: {type: 'int', generated: {dialect: 'mysql', sql: '`score` * 2', stored: false}}, born: 'date',
  }, {
    primaryKey: ['id'], order: 'key',
    indexes: [
      {name: 'u_email', unique: true, parts: [{column: 'email'}]}, {name: 'i_last', unique: false, parts: [{column: 'lastname', prefix: 5}]},
      {name: 'i_score', unique: false, parts: [{column: 'score'}]}, {name: 'i_expr', unique: false, parts: [{column: null, expression: {dialect: 'mysql', sql: 'lower(email)'}}]},
      {name: 'i_born', unique: false, parts: [{column: 'born'}]}, {name: 'u_born', unique: true, parts: [{column: 'born'}, {column: 'id'}]},
    ],
    foreignKeys: [
      {name: 'f_family', columns: ['familyid'], table: 'gen_other', referencedColumns: ['id'], onUpdate: 'RESTRICT', onDelete: 'RESTRICT'},
      {name: 'f_email', columns: ['email'], table: 'gen_other', referencedColumns: ['id'], onUpdate: 'RESTRICT', onDelete: 'RESTRICT'},
    ],
    checks: [{name: 'c_email', dialect: 'mysql', sql: '`EMAIL` <> \'\''}, {name: 'c_score', dialect: 'mysql', sql: '`score` > 0'}],
  });

  test('loses what was true of the old values only, and says so', async () => {
    const out = await pass(policy('  gen_family: {columns: {"*": keep, email: blank, lastname: drop, born: year}}'), full, []);
    expect(out!.omissions).toEqual([
      'generated label: its expression uses a column that is taken out or changed; the values it had are stored',
      'default score: its expression uses a column that is taken out or changed',
      'index u_email: its column email is blanked', 'index i_expr: its expression uses a column that is taken out or changed', 'index u_born: its column born is changed',
      'foreign key f_email: its column email is blanked', 'check c_email: it uses a column that is taken out or changed',
      'index i_last: uses a column that is left out',
    ]);
    const {columns, primaryKey, indexes, foreignKeys, checks, order} = out!.schema;
    expect(columns.map(({name, nullable}) => `${name}${nullable ? '?' : ''}`)).toEqual(['id', 'familyid', 'email?', 'label?', 'score?', 'twice?', 'born?']);
    expect(columns[2]).not.toHaveProperty('default');
    expect(columns[3]).not.toHaveProperty('generated');
    expect(columns[5]).toHaveProperty('generated');
    expect(columns[6]).toEqual({name: 'born', type: 'int', nullable: true});
    expect([primaryKey, order, indexes!.map(({name}) => name), foreignKeys!.map(({name}) => name), checks!.map(({name}) => name)]).toEqual([['id'], 'key', ['i_score', 'i_born'], ['f_family'], ['c_score']]);
  });

  test('the words of a blanked enumeration go with it', async () => {
    const enumerated = table('t', {
      id: 'int', doctor: {enumValues: ['Ann', 'Bob'], native: {dialect: 'mysql', sql: "enum('Ann','Bob')"}, default: {kind: 'literal', text: 'Ann'}},
      ward: {maxLength: 9, native: {dialect: 'mysql', sql: 'varchar(9)'}, enumValues: ['x']},
    });
    const out = await pass(policy('  t: {columns: {id: keep, doctor: blank, ward: {method: constant, value: x}}}'), enumerated, [[1, 'Ann', 'y']]);
    expect(out!.rows).toEqual([[1, null, 'x']]);
    expect(out!.schema.columns.slice(1)).toEqual([
      {name: 'doctor', type: 'text', nullable: true}, {name: 'ward', type: 'text', nullable: false, maxLength: 9, native: {dialect: 'mysql', sql: 'varchar(9)'}},
    ]);
  });

  test('a blanked key is no key, and rows have no promised order any more', async () => {
    const out = await pass(policy('  gen_family: {columns: {"*": keep, id: blank}}'), full, []);
    expect(out!.schema.primaryKey).toEqual([]);
    expect(out!.schema).not.toHaveProperty('order');
    expect(out!.omissions).toContain('unique primary key: its column id is blanked');
  });

  test('foreign keys to what is taken out go, keys to what stays remain', () => {
    const other = table('gen_other', {id: 'int'}, {primaryKey: ['id']});
    const keysWith = (rule: string) => {
      const transform = deidentify(policy(`  gen_family: {columns: {"*": keep}}\n  gen_other: ${rule}`));
      expect(told(transform.check(catalogOf([full, other])))).toEqual([]);
      return transform.plan(full)!.schema.foreignKeys!.length;
    };
    expect([keysWith('{columns: {id: keep}}'), keysWith('exclude'), keysWith('{columns: {id: blank}}')]).toEqual([2, 0, 0]);
  });
});

describe('the report', () => {
  test('names method, reason and who decided; a catch-all keep is counted', async () => {
    const out = await pass(policy(`  gen_twins:
    columns:
      "*": keep
      firstname: {method: drop, reason: a name, decidedBy: Privacy Office}
      familyid: {method: keep, reason: joins all tables}
      score: {method: topCode, max: 8, missing: [9998]}`), twins, rows);
    expect(out!.effects).toEqual(['firstname dropped: drop: a name (decided by Privacy Office)', 'score changed: topCode max 8 missing [9998]']);
    expect(out!.notes).toEqual(['familyid kept: joins all tables = 0', 'columns kept by the rule `*`, not by name = 3', 'score is 8 or more: one category = 1']);
  });

  test('says why a table or a view is left out', () => {
    const transform = deidentify(parsePolicy(`version: 1
undecided: drop
tables:
  gen_twins: {exclude: true, reason: names, decidedBy: PO}
views: {v_ok: keep, v_*: exclude}`));
    expect(transform.check(catalogOf([twins, table('other', {a: 'int'})], ['v_ok', 'v_no', 'w'].map(name => ({name, columns: [], dialect: 'mysql', sql: ''}))))).toEqual([]);
    expect(transform.plan(twins)).toBeNull();
    expect(transform.refusesTable(twins)).toBe('excluded by the policy: names (decided by PO)');
    expect(transform.refusesTable(table('other', {a: 'int'}))).toBe('not in the policy');
    expect(['v_ok', 'v_no', 'w'].map(name => transform.refusesView({name, columns: [], dialect: 'mysql', sql: ''}))).toEqual([null, 'excluded by the policy', 'not in the policy']);
  });

  test('with `undecided: drop` an undecided column is left out and listed', async () => {
    const out = await pass(policy('  gen_twins: {columns: {id: keep}}', 'undecided: drop'), twins, rows);
    expect(out).toMatchObject({columns: ['id'], read: ['id'], rows: [[1], [2], [3]]});
    expect(out!.effects).toContain('firstname dropped: not in the policy');
  });
});

describe('the remedy', () => {
  const hostile = table('it\'s "x*"\\', {null: {native: {dialect: 'mysql', sql: "enum('a',\n'b')"}}, 'a: b # c': 'int', lastName: {native: {dialect: 'mysql', sql: 'varchar(50)'}}});

  test('is a fragment with every undecided column, its type and a cautious proposal', () => {
    const transform = deidentify(policy('  gen_twins: {columns: {id: keep, score: keep}}'));
    const catalog = catalogOf([twins, hostile]);
    transform.check(catalog);
    const remedy = transform.remedy(catalog)!;
    expect(remedy.split('\n').slice(2)).toEqual([
      'tables:',
      '  gen_twins: # is in the policy already: add these to its columns', '    columns:',
      '      familyid: undecided # int', '      firstname: undecided # text; perhaps drop (A, name)',
      '      dateofbirth: undecided # date; perhaps year (C, birth date)', '      zip: undecided # text; perhaps zip3 (B, ZIP code)',
      '  "it\'s \\"x\\\\*\\"\\\\\\\\":', '    columns:',
      '      "null": undecided # enum(\'a\', \'b\')', '      "a: b # c": undecided # int', '      lastName: undecided # varchar(50); perhaps drop (A, name)', '',
    ]);
  });

  test('pasted as it is, it decides nothing; filled in, it is a policy', () => {
    const catalog = catalogOf([hostile, twins]);
    const empty = deidentify(parsePolicy('version: 1\ntables: {}'));
    const fragment = `version: 1\n${empty.remedy(catalog)!}`;
    const pasted = deidentify(parsePolicy(fragment));
    expect(pasted.check(catalog).every(({undecided}) => undecided)).toBe(true);
    expect(pasted.check(catalog)).toHaveLength(2);
    const filled = deidentify(parsePolicy(fragment.replaceAll('undecided #', 'keep #')));
    expect(told(filled.check(catalog))).toEqual([]);
    expect(filled.remedy(catalog)).toBeUndefined();
  });
});

describe('without check, or with columns that check has not seen', () => {
  test('the same rules decide', () => {
    const transform = deidentify(policy('  "*": {columns: {fatherage: keep, "*": drop, ssn: blank}}'));
    const plan = transform.plan(table('anything', {a: 'int', fatherage: 'int'}))!;
    expect(plan.schema.columns.map(({name}) => name)).toEqual(['fatherage']);
  });

  test('an undecided column throws UNDECIDED with the remedy', () => {
    const transform = deidentify(policy('  gen_twins: {columns: {"*name": drop, id: keep, familyid: keep, dateofbirth: drop, zip: zip3, score: keep}}'));
    expect(transform.check(catalogOf([twins]))).toEqual([]);
    const wider = {...twins, columns: [...twins.columns, {name: 'twinage', type: 'int' as const, nullable: true}]};
    let thrown: unknown;
    try { transform.plan(wider); } catch (error) { thrown = error; }
    expect(thrown).toBeInstanceOf(PipelineError);
    expect(thrown).toMatchObject({code: 'SLUICE_UNDECIDED', remedy: expect.stringContaining('twinage: undecided')});
  });
});

test('planted values are in no output, note, effect, omission or error', async () => {
  const schema = table('people', {
    id: 'int', name: 'text', born: 'text', seen: 'date', zip: 'text', age: 'any', amount: 'any', city: 'text', day: 'text', plate: 'text',
  });
  const tables = `  people:
    columns: {id: keep, name: drop, born: year, seen: month, zip: zip3, age: age90, amount: {method: bucket, width: 10}, city: blank, day: yearFloor90, plate: {method: constant, value: x}}`;
  const transform = deidentify(policy(tables, 'asOf: 2026-01-01'));
  transform.check(catalogOf([schema]));
  const plan = transform.plan(schema)!;
  const out = plan.apply(batch([[1, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY, CANARY]]));
  expect(out.rows).toEqual([[1, null, null, null, null, null, null, null, 'x']]);
  expectNoLeak([out, plan.notes!(), plan.effects, plan.omissions, plan.schema, transform.decisions, transform], CANARY);
});

test('a source is asked for the needed columns only', async () => {
  const source = new MemorySource(new MemoryDatabase({tables: [{schema: table('t', {a: 'int', secret: 'text'}), rows: [[1, CANARY]]}]}));
  const transform = deidentify(policy('  t: {columns: {a: keep, secret: blank}}'));
  const {tables: [schema]} = await source.discover(never);
  transform.check(catalogOf([schema!]));
  expect(transform.plan(schema!)!.uses).toEqual([0]);
});

describe('what would tell of values that are taken out goes with them:', () => {
  const family = table('gen_family', {
    familyid: {type: 'int', nullable: false, comment: 'kept'}, address: {comment: 'as 12 Elm St', native: {dialect: 'mysql', sql: 'varchar(50)'}},
    kind: {enumValues: ['Ann', 'Bob'], native: {dialect: 'mysql', sql: "enum('Ann','Bob')"}, comment: 'Ann or Bob'}, born: {type: 'date', comment: 'as 1990-01-31'}, 'odd `one`': 'text',
  }, {comment: 'of the table', primaryKey: ['familyid']});
  const rules = policy('  gen_family: {columns: {familyid: keep, address: blank, kind: {method: constant, value: Ann}, born: year, "odd `one`": blank}}\n  twins: {columns: {"*": keep}}', 'views: {"*": keep}');
  const twins = table('twins', {familyid: 'int', address: 'text'});

  test('comments and the words of an enumeration, and that is listed', async () => {
    const out = await pass(policy('  gen_family: {columns: {familyid: keep, address: blank, kind: {method: constant, value: Ann}, born: year, "odd `one`": blank}}'), family, []);
    expect(out!.schema.columns.map(({comment}) => comment)).toEqual(['kept', undefined, undefined, undefined, undefined]);
    expect(out!.schema.comment).toBe('of the table');
    expect(JSON.stringify(out!.schema.columns)).not.toMatch(/Bob|Elm|1990/u);
    expect(out!.omissions).toEqual(expect.arrayContaining([
      'comment address: it may tell of the values, which are blanked', 'comment kind: it may tell of the values, which are constant',
      'comment born: it may tell of the values, which are changed',
    ]));
  });

  const view = (name: string, sql: string, columns: readonly string[] = ['x'], dialect = 'mysql') => ({name, sql, columns, dialect});
  const views = [
    view('by_address', "select `gen_family`.`familyid` AS `x` from `gen_family` where `gen_family`.`address` = '12 Elm St'"),
    view('born', 'select `f`.`BORN` AS `x` from `GEN_FAMILY` `f`'),
    view('odd', 'select `gen_family`.`odd ``one``` AS `x` from `gen_family`'),
    view('of_view', 'select `by_address`.`x` AS `x` from `by_address`'),
    view('of_view_of_view', 'select `of_view`.`x` AS `x` from `of_view`'),
    view('all', 'SELECT * FROM gen_family', ['familyid', 'address'], 'sqlite'),
    view('ids', 'select `gen_family`.`familyid` AS `x` from `gen_family`'),
    view('elsewhere', 'select `twins`.`address` AS `x` from `twins` where `twins`.`address` > 1'),
    view('product', 'select count(*) * 2 from gen_family', ['n'], 'sqlite'),
  ];

  test('views that use such a column, and views over those', () => {
    const transform = deidentify(rules);
    expect(transform.check(catalogOf([family, twins], views))).toEqual([]);
    expect(Object.fromEntries(views.map(one => [one.name, transform.refusesView(one)]))).toEqual({
      by_address: 'it uses column address of gen_family, which is blanked',
      born: 'it uses column born of gen_family, which is changed',
      odd: 'it uses column odd `one` of gen_family, which is blanked',
      of_view: 'it reads the view by_address, which is left out',
      of_view_of_view: 'it reads the view of_view, which is left out',
      all: 'it uses column address of gen_family, which is blanked',
      ids: null, elsewhere: null, product: null,
    });
  });

  test('views over pseudonyms that join stay, as long as they quote nothing and ask only whether values are equal', () => {
    const joined = parsePolicy(`
version: 1
domains: {family: {}}
tables: {gen_family: {columns: {familyid: {method: aesSiv, domain: family}}}, twins: {columns: {familyid: {method: aesSiv, domain: family}}}}
views: {"*": keep}
constraints: relax
`);
    const joinable = [table('gen_family', {familyid: 'int'}), table('twins', {familyid: 'int'})];
    const over = [
      view('plain', 'SELECT a.familyid FROM gen_family a JOIN twins b ON a.familyid = b.familyid', ['familyid'], 'sqlite'),
      view('written_out', 'select `a`.`familyid` AS `x` from (`gen_family` `a` join `twins` `b` on((`a`.`familyid` = `b`.`familyid`)))'),
      view('quoted', 'SELECT "familyid" FROM "gen_family"', ['familyid'], 'sqlite'),
      view('of_number', 'select `a`.`familyid` AS `x` from `gen_family` `a` where `a`.`familyid` = 1001'),
      view('of_text', "select `a`.`familyid` AS `x` from `gen_family` `a` where `a`.`familyid` = '1001'"),
      view('of_doubtful_text', 'SELECT familyid FROM gen_family WHERE familyid = "Ann"', ['familyid'], 'sqlite'),
      view('of_comment', 'SELECT familyid /* Ann */ FROM gen_family', ['familyid'], 'sqlite'),
      view('of_order', 'select `a`.`familyid` AS `x` from `gen_family` `a` join `twins` `b` on `a`.`familyid` < `b`.`familyid`'),
      view('sorted', 'select `a`.`familyid` AS `x` from `gen_family` `a` order by `a`.`familyid`'),
      view('greatest', 'select max (`a`.`familyid`) AS `x` from `gen_family` `a`'),
    ];
    const transform = deidentify(joined, {key: masterKeyFrom(Uint8Array.from({length: 32}, (_, i) => (i * 149 + i * i * 31) % 251 + 3))});
    expect(transform.check(catalogOf(joinable, over))).toEqual([]);
    expect(over.filter(one => transform.refusesView(one) === null).map(({name}) => name)).toEqual(['plain', 'written_out', 'quoted']);
  });
});
