import {expect} from 'vitest';
import {ErrorCode, type Row, type Schema, type WriteMode} from '@sluice/core';
import {batchOf, positionOf} from '../bench.ts';
import {expectSameRows} from '../compare.ts';
import type {DestinationSuite} from '../destination-contract.ts';
import {bigKey, bytesKey, compositeKey, noKey, sequence, textKey, type Fixture} from '../fixtures.ts';
import {LIMITS, never, rowsOf} from '../reading.ts';
import {rejection} from '../waiting.ts';

/** Loads that are made beside what is live, and brought into it all at once. */
export function mergeLaws({harness, law, without}: DestinationSuite): void {
  const noMirror = without('mirror');
  const {schema, rows} = sequence(50);

  law('mirror makes a table what the load holds: inserts, changes, deletes, by every kind of key', async bench => {
    const tables = [sequence(50), compositeKey, textKey, bigKey, ...(harness.noTypes?.includes('bytes') ? [] : [bytesKey])];
    const other = (fixture: Fixture): Fixture => {
      const at = fixture.schema.columns.findIndex(({name}) => !fixture.schema.primaryKey.includes(name));
      return {...fixture, rows: fixture.rows.filter((_, i) => i % 3 !== 0).map((row, i): Row => row.map((value, column) => (column === at && i % 2 === 0 ? null : value)))};
    };
    for (const step of [tables, tables.map(other), tables, tables, tables.map(fixture => ({...fixture, rows: []})), tables.map(other)]) {
      await bench.load(step, {mode: 'mirror', batchRows: 7});
      for (const fixture of step) await bench.expectStored(fixture.schema, fixture.rows);
    }
  }, noMirror);

  law('mirror sees what an equals sign does not: letters, blanks, NULL and the empty text', async bench => {
    const {schema: texts} = sequence(0);
    for (const labels of [['a', 'b', '', null, 'x'], ['A', 'b ', null, '', 'x\0'.slice(0, 1)], ['á', 'b', 'null', ' ', 'x']]) {
      const wanted = labels.map((label, i): Row => [i, label]);
      await bench.load([{schema: texts, rows: wanted}], {mode: 'mirror'});
      await bench.expectStored(texts, wanted);
    }
  }, noMirror);

  law('mirror leaves other tables alone, and rows of a table in the load that nobody wrote go', async bench => {
    await bench.load([sequence(3), sequence(4, 'other')], {mode: 'mirror'});
    await bench.load([{schema, rows: []}], {mode: 'mirror'});
    await bench.expectStored(schema, []);
    await bench.expectStored(sequence(0, 'other').schema, sequence(4).rows);
  }, noMirror);

  law('mirror makes a table that is there widen, and one that is not', async bench => {
    await bench.load([{schema, rows}], {mode: 'mirror'});
    const wide = {...schema, columns: [...schema.columns, {name: 'more', type: 'text', nullable: true} as const]};
    const wanted = rows.slice(0, 9).map((row, i): Row => [...row, i % 2 === 0 ? null : 'more']);
    await bench.load([{schema: wide, rows: wanted}, sequence(4, 'other')], {mode: 'mirror'});
    await bench.expectStored(wide, wanted);
    await bench.expectStored(sequence(0, 'other').schema, sequence(4).rows);
  }, noMirror);

  law('mirror starts from the beginning, and forgets where an append would have gone on', async bench => {
    if (harness.noPositions) return;
    await bench.load([{schema, rows}], {mode: 'append', position: positionOf('50')});
    await bench.load([{schema, rows: rows.slice(0, 5)}], {mode: 'mirror'});
    await bench.connect();
    await using load = await bench.begin([schema], 'append');
    await using writer = await load.open(schema, never);
    expect(writer.resumeAfter).toBeNull();
  }, without('mirror', 'append'));

  law('mirror of a table without a key is a SCHEMA error that names it', async bench => {
    const error = await rejection(bench.load([noKey], {mode: 'mirror'}), 'the load');
    expect(error).toMatchObject({name: 'PipelineError', code: ErrorCode.SCHEMA, context: {table: 'no_key'}});
  }, noMirror);

  for (const mode of ['mirror', 'append', 'upsert'] as const) {
    const unless = without(mode) || (mode !== 'mirror' && harness.noBeside && 'only a mirror is made beside what is live');

    law(`nothing is visible before a load beside what is live is published, and nothing of it stays when it is not: ${mode}`, async bench => {
      const {before, more, after} = steps(mode);
      await bench.load([{schema, rows: before}], {mode: 'replace'});
      const names = await harness.listTables?.();
      for (const publishes of [false, true]) {
        await using load = await bench.begin([schema], mode, {beside: true});
        {
          await using writer = await load.open(schema, never);
          await writer.write(batchOf(more));
          await writer.commit(positionOf('x'));
        }
        await load.finish(never);
        expectSameRows(schema, await rowsOf(load.readBack(schema, LIMITS, never)), more);
        await bench.expectStored(schema, before);
        if (publishes) await load.publish(never);
      }
      await bench.expectStored(schema, after);
      if (names) expect(await harness.listTables!()).toEqual(names);
    }, unless);

    law(`two rows of one key in a load beside what is live are a VALUE error, and nothing changes: ${mode}`, async bench => {
      await bench.load([{schema, rows: rows.slice(0, 3)}], {mode: 'replace'});
      const error = await rejection(bench.load([{schema, rows: [...rows.slice(3), rows[7]!.map(value => (typeof value === 'string' ? 'again' : value))]}], {mode, beside: true}), 'the load');
      expect(error).toMatchObject({code: ErrorCode.VALUE, context: {table: 'sequence'}});
      await bench.expectStored(schema, rows.slice(0, 3));
    }, unless || (harness.noKeys && 'keys are not enforced'));
  }

  law('a position is stored when a load beside what is live is published, and not before', async bench => {
    for (const publishes of [false, true]) {
      await using load = await bench.begin([schema], 'append', {beside: true});
      {
        await using writer = await load.open(schema, never);
        expect(writer.resumeAfter).toBeNull();
        await writer.write(batchOf(rows));
        await writer.commit(positionOf('50'));
      }
      await load.finish(never);
      if (publishes) await load.publish(never);
    }
    await bench.connect();
    {
      await using load = await bench.begin([schema], 'append', {beside: true});
      await using writer = await load.open(schema, never);
      expect(writer.resumeAfter).toBe('50');
      await writer.write(batchOf([[51, 'more']]));
      await writer.commit(positionOf('51'));
      await load.finish(never);
      await load.publish(never);
    }
    await bench.expectStored(schema, [...rows, [51, 'more']]);
  }, without('append') || (harness.noBeside && 'only a mirror is made beside what is live') || (harness.noPositions && 'the destination stores no positions'));

  law('of a column only its greatest values stay, when so many are to be retained', async bench => {
    const stamped: Schema = {...schema, primaryKey: ['at', 'id'], columns: [{name: 'at', type: 'timestamp', nullable: false, scale: 3}, ...schema.columns]};
    const at = (day: number, some: readonly Row[]) => some.map((row): Row => [`2020-01-0${day} 10:00:00.500`, ...row]);
    const parts = [1, 2, 3, 4].map(day => at(day, rows.slice(day, day + 5)));
    for (const part of parts) await bench.load([{schema: stamped, rows: part}], {mode: 'append', beside: true, retain: {column: 'at', keep: 2}});
    await bench.expectStored(stamped, [...parts[2]!, ...parts[3]!]);
    // A clock that went back: what has just come stays.
    const late = at(1, rows.slice(0, 3));
    await bench.load([{schema: stamped, rows: late}], {mode: 'append', beside: true, retain: {column: 'at', keep: 2}});
    await bench.expectStored(stamped, [...late, ...parts[2]!, ...parts[3]!]);
  }, without('append') || (harness.noBeside && 'only a mirror is made beside what is live'));

  law('append beside what is live adds the same rows again where there is no key', async bench => {
    for (let i = 0; i < 3; i++) await bench.load([noKey], {mode: 'append', beside: true});
    await bench.expectStored(noKey.schema, [...noKey.rows, ...noKey.rows, ...noKey.rows]);
  }, without('append') || (harness.noBeside && 'only a mirror is made beside what is live'));

  function steps(mode: WriteMode) {
    const changed = rows.slice(5, 10).map(([id]): Row => [id!, 'changed']);
    const before = rows.slice(0, 10);
    switch (mode) {
      case 'mirror': return {before, more: [...changed, ...rows.slice(20, 30)], after: [...changed, ...rows.slice(20, 30)]};
      case 'upsert': return {before, more: [...changed, ...rows.slice(20, 30)], after: [...rows.slice(0, 5), ...changed, ...rows.slice(20, 30)]};
      default: return {before, more: rows.slice(20, 30), after: [...before, ...rows.slice(20, 30)]};
    }
  }
}
