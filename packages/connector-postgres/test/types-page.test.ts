import {expect, test} from 'vitest';
import {typesPage} from '../src/types-page.ts';

test('TYPES.md says what the connector does', async () => {
  await expect(typesPage()).toMatchFileSnapshot('../TYPES.md');
});
