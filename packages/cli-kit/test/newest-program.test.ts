import {mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {newestProgram} from '@sluice/cli-kit/newest-program';
import {afterAll, beforeEach, describe, expect, test} from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'sluice-newest-'));
const script = pathToFileURL(join(root, 'apps/one/bin/one.js')).href;

/** A file of that time, in seconds. */
function put(file: string, seconds: number, text = ''): void {
  mkdirSync(join(root, file, '..'), {recursive: true});
  writeFileSync(join(root, file), text);
  utimesSync(join(root, file), seconds, seconds);
}

beforeEach(() => {
  rmSync(join(root, 'apps'), {recursive: true, force: true});
  rmSync(join(root, 'packages'), {recursive: true, force: true});
  put('apps/one/dist/main.js', 10);
});
afterAll(() => { rmSync(root, {recursive: true, force: true}); });

const bundle = () => {
  put('apps/one/bundle/main.js', 20);
  put('apps/one/bundle/made-of.json', 20, JSON.stringify(['../dist/.tsbuildinfo', '../../../packages/core/dist/.tsbuildinfo']));
};
const starts = () => newestProgram(script).replace(pathToFileURL(root).href, '');

describe('what a program starts from', () => {
  test('its modules, where there is no bundle', () => {
    expect(starts()).toBe('/apps/one/dist/main.js');
  });
  test('its bundle, where that is as new as all that it is made of', () => {
    bundle();
    put('apps/one/dist/.tsbuildinfo', 10);
    put('packages/core/dist/.tsbuildinfo', 20);
    expect(starts()).toBe('/apps/one/bundle/main.js');
  });
  test('its modules, where one package was built since the bundle was made', () => {
    bundle();
    put('apps/one/dist/.tsbuildinfo', 10);
    put('packages/core/dist/.tsbuildinfo', 21);
    expect(starts()).toBe('/apps/one/dist/main.js');
  });
  test('its bundle, where it was installed: nothing says there when the packages were built', () => {
    bundle();
    expect(starts()).toBe('/apps/one/bundle/main.js');
  });
});
