import {cacheCompiledCode} from '@sluice/cli-kit/compile-cache';
import {describe, expect, test} from 'vitest';

function folders(env: Readonly<Record<string, string>>): string[] {
  const asked: string[] = [];
  cacheCompiledCode(env, folder => asked.push(folder));
  return asked;
}

describe('compiled code is kept', () => {
  test('in the cache folder of the user, which nobody else may write to', () => {
    expect(folders({XDG_CACHE_HOME: '/home/ada/.my-cache'})).toEqual(['/home/ada/.my-cache/sluice/compiled']);
    expect(folders({HOME: '/home/ada'})).toEqual(['/home/ada/.cache/sluice/compiled']);
    expect(folders({})).toEqual([]);
  });
  test('as the variables of Node say, where there are any', () => {
    expect(folders({NODE_COMPILE_CACHE: '/elsewhere'})).toEqual([]);
    expect(folders({NODE_DISABLE_COMPILE_CACHE: '1'})).toEqual([]);
  });
  test('and not where Node cannot', () => {
    expect(() => cacheCompiledCode({HOME: '/home/ada'}, null)).not.toThrow();
  });
});
