import {createHash} from 'node:crypto';
import {readdir, readFile, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {ErrorCode, PipelineError} from '@sluice/core';
import {parseReceipt, refusal} from './parse-receipt.ts';
import type {Receipt} from './receipt.ts';

/** One receipt of a chain, without its tables. */
export interface ChainLink {
  readonly file: string;
  readonly sequence: number;
  readonly hash: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly kind: Receipt['kind'];
}

/**
 * - `missing`: a receipt between others is not here.
 * - `altered`: a file stands where a receipt of the chain should, and is not what its successor saw.
 * - `unreadable`: a file in the folder of receipts is none.
 * - `sequence`: a number that does not follow.
 * - `misplaced`: a receipt of the chain under another's name.
 * - `stray`: a receipt that is not part of the chain.
 * - `newer`: a receipt that comes after the one that was given.
 */
export interface ChainFinding {
  readonly kind: 'missing' | 'altered' | 'unreadable' | 'sequence' | 'misplaced' | 'stray' | 'newer';
  readonly sequence: number | null;
  readonly message: string;
}

export interface ReceiptChain {
  readonly receipt: Receipt;
  readonly hash: string;
  /** The receipt itself first, then those before it, as far back as they are here. */
  readonly links: readonly ChainLink[];
  readonly problems: readonly ChainFinding[];
  /** What is no fault: receipts before the oldest one here, clocks that jumped. */
  readonly remarks: readonly string[];
}

/** Receipts are read one at a time; a larger file is none. */
const MAX_BYTES = 256 << 20;

/** `study.receipt.json` -> the folder `study.receipts` beside it, where every receipt is kept. */
export function receiptFolder(file: string): string {
  return join(dirname(file), `${basename(file).replace(/(\.receipt)?\.json$/i, '')}.receipts`);
}

/** The name of one receipt in that folder. */
export const receiptName = (sequence: number): string => `${String(sequence).padStart(6, '0')}.receipt.json`;

/** Where a receipt goes: to the folder that keeps all of them first, then to `file`, each to be replaced atomically. */
export function receiptFiles(file: string, sequence: number): readonly [kept: string, newest: string] {
  return [join(receiptFolder(file), receiptName(sequence)), file];
}

/**
 * Reads a receipt and those before it, found by their hashes in the folder of the file and in the one
 * that `receiptFolder` names. Throws VERIFY when the file itself was altered, CONFIG when it is no receipt
 * at all, CONNECT when it cannot be read.
 */
export async function readChain(file: string, signal: AbortSignal): Promise<ReceiptChain> {
  const newest = await readReceipt(file, signal);
  const kept = receiptFolder(file);
  const here = await receiptsIn(dirname(file), signal, name => name.endsWith('.receipt.json'));
  const there = await receiptsIn(kept, signal, name => name.endsWith('.json'));
  const problems: ChainFinding[] = [];
  const remarks: string[] = [];
  const find = (kind: ChainFinding['kind'], sequence: number | null, message: string) => void problems.push({kind, sequence, message});

  // Folders of receipts hold nothing else; beside the file others' receipts may lie.
  const inFolder = /^\d{6,}\.receipt\.json$/.test(basename(file)) ? [...here, ...there] : there;
  const all = [...here, ...there];
  const byHash = new Map(all.flatMap(entry => (entry.link === null ? [] : [[entry.link.hash, entry]])));

  const links: ChainLink[] = [newest.link];
  const inChain = new Set([newest.link.hash]);
  let previous = newest.receipt.previous;
  while (previous !== null) {
    const next = byHash.get(previous)?.link;
    const last = links.at(-1)!;
    if (!next) break;
    if (next.sequence !== last.sequence - 1) find('sequence', last.sequence, `receipt ${last.sequence} follows receipt ${next.sequence}`);
    if (Date.parse(next.finishedAt) > Date.parse(last.startedAt)) remarks.push(`the run of receipt ${last.sequence} started before that of receipt ${next.sequence} ended: a clock was wrong`);
    links.push(next);
    inChain.add(next.hash);
    previous = byHash.get(previous)!.previous;
  }

  const oldest = links.at(-1)!;
  const damaged = inFolder.filter(entry => entry.link === null);
  const strays = inFolder.filter(({link}) => link !== null && !inChain.has(link.hash)).map(({link, name}) => ({link: link!, name}));
  if (previous !== null) {
    const wanted = oldest.sequence - 1;
    const impostor = strays.find(({link}) => link.sequence === wanted) ?? damaged.find(({name}) => sequenceOf(name) === wanted);
    const older = strays.some(({link}) => link.sequence < wanted) || damaged.some(({name}) => (sequenceOf(name) ?? Infinity) < wanted);
    if (impostor) find('altered', wanted, `receipt ${wanted} was altered: it is not the one that receipt ${oldest.sequence} follows`);
    else if (older) find('missing', wanted, `receipt ${wanted} is missing: older ones are here, and nothing ties them to receipt ${oldest.sequence}`);
    else remarks.push(wanted === newest.link.sequence - 1
      ? `the ${wanted} ${wanted === 1 ? 'receipt' : 'receipts'} before this one ${wanted === 1 ? 'is' : 'are'} not here: only this one was checked`
      : `receipts before ${oldest.sequence} are not here: the chain was checked back to it`);
  }
  for (const {name} of damaged) find('unreadable', sequenceOf(name), `${name} is not a receipt, or was altered`);
  for (const {link, name} of inFolder) {
    const named = sequenceOf(name);
    if (link && inChain.has(link.hash) && named !== null && named !== link.sequence) find('misplaced', link.sequence, `${name} holds receipt ${link.sequence}`);
  }
  for (const {link, name} of strays) {
    const newer = `${name} is a newer receipt, number ${link.sequence}: this one is number ${newest.link.sequence}`;
    if (link.sequence > newest.link.sequence) {
      // Who names one of the kept receipts asks for an old one.
      if (inFolder === there) find('newer', link.sequence, newer);
      else remarks.push(newer);
    }
    else find('stray', link.sequence, `${name} calls itself receipt ${link.sequence}, but is not part of the chain`);
  }
  return {receipt: newest.receipt, hash: newest.link.hash, links, problems, remarks};
}

interface FoundReceipt {
  readonly name: string;
  /** Null for a file that is no receipt, or not as it was written. */
  readonly link: ChainLink | null;
  readonly previous: string | null;
}

async function receiptsIn(folder: string, signal: AbortSignal, wanted: (name: string) => boolean): Promise<FoundReceipt[]> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter(wanted).sort();
  } catch {
    return [];
  }
  const found: FoundReceipt[] = [];
  for (const name of names) {
    signal.throwIfAborted();
    try {
      const {link, receipt} = await readReceipt(join(folder, name), signal);
      found.push({name, link, previous: receipt.previous});
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      found.push({name, link: null, previous: null});
    }
  }
  return found;
}

export async function readReceipt(file: string, signal: AbortSignal): Promise<{readonly receipt: Receipt; readonly link: ChainLink}> {
  let bytes: Buffer;
  try {
    if ((await stat(file)).size > MAX_BYTES) throw refusal('it is too large', '', basename(file));
    bytes = await readFile(file, {signal});
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PipelineError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PipelineError(ErrorCode.CONNECT, `cannot read ${file} (${code})`, {retryable: false, remedy: 'check the path'});
  }
  const text = bytes.toString('utf8');
  // Bytes that are not UTF-8 would be replaced in silence.
  if (!Buffer.from(text).equals(bytes)) throw refusal('it is not UTF-8', text, basename(file));
  const receipt = parseReceipt(text, basename(file));
  const {sequence, startedAt, finishedAt, kind} = receipt;
  return {receipt, link: {file, sequence, hash: createHash('sha256').update(bytes).digest('hex'), startedAt, finishedAt, kind}};
}

function sequenceOf(name: string): number | null {
  const digits = /^(\d{6,})\.receipt\.json$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}
