import {mkdir, mkdtemp, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {readChain, receiptFiles, type MadeReceipt} from '../src/index.ts';
import {never, receiptOf} from './support.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-chain-'));
  file = join(folder, 'study.receipt.json');
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const day = (n: number) => ({startedAt: `2024-02-0${n}T10:00:00.000Z`, finishedAt: `2024-02-0${n}T11:00:00.000Z`});

/** Five receipts, written as a run writes them. */
async function chainOf(days: readonly number[] = [1, 2, 3, 4, 5]): Promise<MadeReceipt[]> {
  const made: MadeReceipt[] = [];
  for (const n of days) made.push(receiptOf([], [], 1, made.at(-1)?.text ?? null, day(n)));
  for (const {receipt, text} of made) {
    for (const path of receiptFiles(file, receipt.sequence)) {
      await mkdir(dirname(path), {recursive: true});
      await writeFile(path, text);
    }
  }
  return made;
}
const kept = (n: number) => join(folder, 'study.receipts', `00000${n}.receipt.json`);
const kinds = async (of = file) => (await readChain(of, never)).problems.map(({kind, sequence}) => `${kind} ${sequence}`);

describe('a chain of receipts', () => {
  test('is followed to its beginning', async () => {
    const made = await chainOf();
    const chain = await readChain(file, never);
    expect(chain.links.map(({sequence}) => sequence)).toEqual([5, 4, 3, 2, 1]);
    expect(chain.links.map(({hash}) => hash)).toEqual(made.map(({hash}) => hash).reverse());
    expect(chain).toMatchObject({problems: [], remarks: []});
  });

  test('is found in the folder of the file, and beside receipts of others', async () => {
    await chainOf();
    await writeFile(join(folder, 'other.receipt.json'), receiptOf([], [], 1, null, {kind: 'none'}).text);
    for (const n of [1, 2, 3, 4]) await rename(kept(n), join(folder, `old-${n}.receipt.json`));
    expect(await readChain(file, never)).toMatchObject({problems: [], links: {length: 5}});
    await chainOf();
    expect(await readChain(kept(4), never)).toMatchObject({problems: [], links: {length: 4}, remarks: ['000005.receipt.json is a newer receipt, number 5: this one is number 4']});
  });

  test('tells a removed link from older ones that were thrown away', async () => {
    await chainOf();
    await rm(kept(3));
    expect(await kinds()).toEqual(['missing 3', 'stray 1', 'stray 2']);
    await rm(kept(1));
    await rm(kept(2));
    expect(await readChain(file, never)).toMatchObject({problems: [], remarks: ['receipts before 4 are not here: the chain was checked back to it']});
    await rm(join(folder, 'study.receipts'), {recursive: true});
    expect(await readChain(file, never)).toMatchObject({problems: [], remarks: ['the 4 receipts before this one are not here: only this one was checked']});
  });

  test('tells swapped links', async () => {
    await chainOf();
    await rename(kept(2), kept(9));
    await rename(kept(3), kept(2));
    await rename(kept(9), kept(3));
    expect(await kinds()).toEqual(['misplaced 3', 'misplaced 2']);
  });

  test('tells an altered link, byte by byte', async () => {
    await chainOf();
    const bytes = await readFile(kept(3));
    for (let at = 0; at < bytes.length; at += 13) {
      const altered = Buffer.from(bytes);
      altered[at]! ^= 1;
      await writeFile(kept(3), altered);
      expect(await kinds(), `byte ${at}`).toEqual(['altered 3', 'unreadable 3', 'stray 1', 'stray 2']);
    }
  });

  test('tells a link that somebody made anew, with a checksum that fits', async () => {
    const made = await chainOf();
    await writeFile(kept(3), receiptOf([], [], 1, made[1]!.text, {...day(3), kind: 'none'}).text);
    expect(await kinds()).toEqual(['altered 3', 'stray 1', 'stray 2', 'stray 3']);
  });

  test('remarks on a clock that jumped back, and tells a newer receipt than the newest', async () => {
    const made = await chainOf([1, 3, 2]);
    // The hashes prove the order: no later run could ever mend it.
    expect(await readChain(file, never)).toMatchObject({problems: [], remarks: ['the run of receipt 3 started before that of receipt 2 ended: a clock was wrong'], links: {length: 3}});
    await writeFile(file, made[1]!.text);
    expect(await kinds()).toEqual(['newer 3']);
  });

  test('the newest receipt itself must be as it was written', async () => {
    const made = await chainOf();
    await writeFile(file, made.at(-1)!.text.replace('"full"', '"none"'));
    await expect(readChain(file, never)).rejects.toMatchObject({code: 'SLUICE_VERIFY'});
    await expect(readChain(join(folder, 'gone.json'), never)).rejects.toMatchObject({code: 'SLUICE_CONNECT', retryable: false});
    // A byte that is not UTF-8 reads as the very character that was there.
    const bytes = Buffer.from(receiptOf([], [], 1, null, {warnings: ['\ufffd']}).text);
    const at = bytes.indexOf('\ufffd');
    await writeFile(file, Buffer.concat([bytes.subarray(0, at), Buffer.of(0xff), bytes.subarray(at + 3)]));
    await expect(readChain(file, never)).rejects.toMatchObject({code: 'SLUICE_VERIFY'});
    for (const rest of ['', '{', '[]', '{"format":"sluice"}']) {
      await writeFile(file, rest);
      await expect(readChain(file, never), rest).rejects.toMatchObject({code: 'SLUICE_VERIFY'});
    }
    await writeFile(join(folder, 'policy.json'), '{}');
    await expect(readChain(join(folder, 'policy.json'), never)).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
  });
});
