import {inspect} from 'node:util';
import {expect} from 'vitest';
import {ErrorCode, PipelineError, type Schema} from '@sluice/core';
import {expectSameRows} from '../compare.ts';
import {sequence} from '../fixtures.ts';
import {expectNoLeak} from '../leaks.ts';
import {discovered, never, read, rowsOf} from '../reading.ts';
import type {SourceSuite} from '../source-contract.ts';
import {rejection, within} from '../waiting.ts';
import {LARGE} from './ending.ts';

/** What happens when the server dies, the table is another, the configuration is wrong. */
export function failureLaws({harness, law}: SourceSuite): void {
  const cannotKill = !harness.kill && 'the harness cannot kill the server';
  const cannotBreak = !harness.broken && 'the harness has no broken source';

  law('a server killed in mid-read is a retryable error: no hang, no crash', [LARGE, sequence(25)], async (source, [, small]) => {
    const found = await discovered(source, 'large');
    let rows = 0;
    const error = await within(25_000, 'a read whose server was killed', rejection((async () => {
      for await (const batch of read(source, found, {maxRows: 5})) {
        if (rows === 0) await harness.kill!(source);
        rows += batch.rows.length;
      }
    })(), 'the read'));
    expect(error).toMatchObject({name: 'PipelineError', code: ErrorCode.CONNECT, retryable: true});
    expect(rows, 'rows that came after all').toBeLessThan(LARGE.rows.length);
    await within(10_000, 'disposing after the kill', Promise.resolve(source[Symbol.asyncDispose]()));
    await using again = await harness.connect();
    expectSameRows(small!.schema, await rowsOf(read(again, await discovered(again, 'sequence'))), small!.rows);
  }, cannotKill, 60_000);

  law('a server killed between two reads is a retryable error, or not noticed', [LARGE, sequence(25)], async (source, [, small]) => {
    const found = await discovered(source, 'sequence');
    expectSameRows(small!.schema, await rowsOf(read(source, found)), small!.rows);
    await harness.kill!(source);
    const outcome = await within(25_000, 'a read after the kill', rowsOf(read(source, found)).catch((error: unknown) => error));
    if (Array.isArray(outcome)) expectSameRows(small!.schema, outcome, small!.rows);
    else expect(outcome).toMatchObject({name: 'PipelineError', code: ErrorCode.CONNECT, retryable: true});
  }, cannotKill, 60_000);

  law('a table or a column that is not there is a SCHEMA error', [sequence(25)], async source => {
    const found = await discovered(source, 'sequence');
    const others: readonly Schema[] = [
      {...found, table: 'no_such_table'},
      {...found, columns: [...found.columns, {name: 'no_such_column', type: 'text', nullable: true}]},
    ];
    for (const schema of others) {
      const error = await rejection(rowsOf(read(source, schema)), `reading ${schema.table}`);
      expect(error).toMatchObject({name: 'PipelineError', code: ErrorCode.SCHEMA, context: {table: schema.table}});
    }
  });

  law('check reports every problem at once, and never a password', [], async () => {
    const {it, secrets, problems} = await harness.broken!();
    await using broken = it;
    const found = await within(25_000, 'check', broken.check(never));
    expect(found.length).toBeGreaterThanOrEqual(problems);
    for (const {message} of found) expect(message, 'a message in lower case without a full stop').toMatch(/^[^A-Z].*[^.]$/s);
    expectNoLeak(found, ...secrets);
  }, cannotBreak);

  law('a source that cannot work says so with a classified error, and never a password', [], async () => {
    const {it, secrets} = await harness.broken!();
    await using broken = it;
    const error = await within(25_000, 'discover', rejection(broken.discover(never), 'discover'));
    expect(error).toBeInstanceOf(PipelineError);
    expectNoLeak(error, ...secrets);
    expectNoLeak({label: broken.label, kind: broken.kind, warnings: broken.warnings, json: JSON.stringify(broken) ?? '', text: inspect(broken, {depth: 10, showHidden: true})}, ...secrets);
  }, cannotBreak);
}
