import assert from 'node:assert/strict';
import {test} from 'node:test';
import {breaches, importsOf} from '../check-layers.mjs';

const pack = (folder, manifest = {}) => ({folder, name: `@sluice/${folder.split('/').at(-1)}`, manifest: {exports: {'.': './src/index.ts'}, ...manifest}});
const core = pack('packages/core');
const uses = (...names) => Object.fromEntries(names.map(name => [name, '*']));
/** Breaches of a workspace whose only files are given by name. */
const found = (packages, files = {}) =>
  breaches(packages, folder => Object.keys(files).filter(file => file.startsWith(`${folder}/`)), file => files[file]);

test('finds every kind of import, and none in comments or texts', () => {
  const text = `
import a from 'a';
import type {B} from "b/sub";
import {
  c,
} from 'c';
export * from 'd';
import 'e';
const f = await import('f');
// import g from 'g';
/* import h from 'h'; */
const i = "see: // import";
const j = \`import k from 'k';\`;
`;
  assert.deepEqual(importsOf(text).map(({specifier}) => specifier).sort(), ['a', 'b/sub', 'c', 'd', 'e', 'f']);
});

test('accepts a connector on core and one driver', () => {
  const connector = pack('packages/connector-x', {dependencies: uses('@sluice/core', 'driver')});
  assert.deepEqual(found([core, connector], {'packages/connector-x/src/a.ts': "import '@sluice/core';\nimport 'driver';"}), []);
});

test('refuses a connector on two drivers, on another connector, on the engine', () => {
  const connector = pack('packages/connector-x', {dependencies: uses('one', 'two', '@sluice/connector-y', '@sluice/engine')});
  const file = {'packages/connector-x/src/a.ts': "import 'one'; \nimport 'two';\nimport '@sluice/connector-y';\nimport '@sluice/engine';"};
  const problems = found([core, connector, pack('packages/connector-y'), pack('packages/engine')], file).join('\n');
  assert.match(problems, /stands on one library/);
  assert.match(problems, /depends on @sluice\/connector-y/);
  assert.match(problems, /depends on @sluice\/engine/);
});

test('refuses a program as a dependency, and testkit outside of tests', () => {
  const app = pack('apps/app', {dependencies: uses('@sluice/testkit')});
  const other = pack('packages/report', {dependencies: uses('@sluice/app')});
  const problems = found([app, other, pack('packages/testkit')], {'apps/app/src/a.ts': "import '@sluice/testkit';", 'packages/report/src/a.ts': "import '@sluice/app';"}).join('\n');
  assert.match(problems, /report\/package.json: depends on @sluice\/app, a program/);
  assert.match(problems, /app\/package.json: depends on @sluice\/testkit/);
});

test('refuses what package.json does not name, ways out of the package, private doors and the own index', () => {
  const problems = found([core, pack('packages/sql', {dependencies: uses('@sluice/core')})], {
    'packages/sql/src/a.ts': "import 'undeclared';\nimport '../../core/src/index.ts';\nimport '@sluice/core/src/x.ts';\nimport './index.ts';",
    'packages/sql/test/a.test.ts': "import '@sluice/sql';\nimport '../src/index.ts';",
  }).join('\n');
  assert.match(problems, /a\.ts:1: imports undeclared/);
  assert.match(problems, /a\.ts:2: .*outside of its package/);
  assert.match(problems, /a\.ts:3: .*does not export/);
  assert.match(problems, /a\.ts:4: .*its own index/);
  assert.doesNotMatch(problems, /test\/a\.test/);
});

test('keeps core free of libraries and of I/O, and the command-line libraries where they belong', () => {
  const bad = pack('packages/core', {dependencies: uses('left')});
  const state = pack('packages/state', {dependencies: uses('winston')});
  const problems = found([bad, state], {'packages/core/src/a.ts': "import 'left';\nimport {readFile} from 'node:fs';", 'packages/state/src/a.ts': "import 'winston';"}).join('\n');
  assert.match(problems, /depends on left; core stands on no library/);
  assert.match(problems, /imports node:fs; core does no I\/O/);
  assert.match(problems, /depends on winston, which is for/);
});

test('names a dependency that nothing imports', () => {
  assert.match(found([core, pack('packages/sql', {dependencies: uses('@sluice/core')})]).join('\n'), /never imports it/);
});
