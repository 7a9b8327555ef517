// mint.mjs VAULT KEY FROM COUNT BATCH: gives surrogates to the numbers FROM .. FROM + COUNT - 1, and tells each batch after it is durable.
import {masterKeyFrom, openVault} from '../../dist/index.js';

const [file, key] = process.argv.slice(2);
const [from, count, size] = process.argv.slice(4).map(Number);
const vault = openVault(file, masterKeyFrom(Buffer.from(key, 'hex')));
const person = vault.domain('person', {form: 'digits', length: 9});
// An empty batch: the vault is open, the first value comes next.
process.stdout.write('[]\n');
for (let first = from; first < from + count; first += size) {
  vault.begin();
  const batch = [];
  for (let value = first; value < Math.min(first + size, from + count); value++) batch.push([value, person.surrogate(value)]);
  vault.commit();
  process.stdout.write(`${JSON.stringify(batch)}\n`);
}
vault[Symbol.dispose]();
