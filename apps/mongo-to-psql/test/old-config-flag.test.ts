import {expect, test} from 'vitest';
import {oldConfigFlag} from '../src/config/old-config-flag.ts';

test('an INI file is told apart from a YAML one by its name', () => {
  expect(oldConfigFlag(['load', '--config', 'etc/old.INI', '--json'])).toEqual(['load', '--config-file', 'etc/old.INI', '--json']);
  expect(oldConfigFlag(['load', '--config=old.conf'])).toEqual(['load', '--config-file=old.conf']);
  expect(oldConfigFlag(['load', '--config', 'new.yaml'])).toEqual(['load', '--config', 'new.yaml']);
});
