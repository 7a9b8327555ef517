import {createHash} from 'node:crypto';
import {join} from 'node:path';

/** Where the newest receipt of a topic goes; those before it are in a folder beside it. Topics have any name, files do not. */
export function receiptFile(folder: string, topic: string): string {
  const plain = topic.replaceAll(/[^\w-]+/g, '_').slice(0, 100);
  const name = plain === topic ? topic : `${plain}-${createHash('sha256').update(topic).digest('hex').slice(0, 8)}`;
  return join(folder, `${name}.receipt.json`);
}
