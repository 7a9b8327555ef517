import {generateKeyPairSync, randomBytes} from 'node:crypto';
import {access, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

/** The keys of a study: what pseudonyms are made with, and what the office signs with. Those that are there stay: later releases need them. */
export async function makeKeys(folder: string): Promise<void> {
  const mine = {mode: 0o600, flag: 'wx'} as const;
  if (!await exists(join(folder, 'project.key'))) await writeFile(join(folder, 'project.key'), `${randomBytes(32).toString('hex')}\n`, mine);
  if (await exists(join(folder, 'office.key'))) return;
  const {privateKey, publicKey} = generateKeyPairSync('ed25519');
  await writeFile(join(folder, 'office.key'), privateKey.export({type: 'pkcs8', format: 'pem'}), mine);
  await writeFile(join(folder, 'office.pub'), publicKey.export({type: 'spki', format: 'pem'}));
}

const exists = (path: string) => access(path).then(() => true, () => false);
