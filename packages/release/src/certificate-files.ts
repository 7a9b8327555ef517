import {mkdir, readdir, readFile, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {writeFileAtomically} from '@sluice/atomic-file';
import {ErrorCode, PipelineError} from '@sluice/core';
import type {Certificate} from './certificate.ts';
import {parseCertificate, sha256} from './seal.ts';

/** Where certificates are written. Folders are made. */
export interface CertificateFiles {
  /** The newest one; all of them are kept in a folder beside it, `NAME.certificates`. */
  readonly json: string;
  /** The newest one, for people. */
  readonly html?: string;
}

export interface PreviousCertificate {
  readonly certificate: Certificate;
  readonly text: string;
}

/**
 * The certificate that the next one follows: the last that was written, which is kept even where the newest one was lost, or put back; null when there is none.
 * Throws VERIFY when it is not as it was written, CONFIG when the file is something else.
 */
export async function readPrevious({json}: CertificateFiles): Promise<PreviousCertificate | null> {
  const newest = await readCertificate(json);
  const kept = await lastKept(json);
  if (kept === null || (newest !== null && newest.certificate.sequence >= kept.sequence)) return newest;
  return await readCertificate(kept.file);
}

async function readCertificate(file: string): Promise<PreviousCertificate | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new PipelineError(ErrorCode.CONFIG, `the certificate ${file} cannot be read (${codeOf(error)})`, {remedy: 'the next certificate follows it; choose another file to begin a new chain'});
  }
  return {certificate: parseCertificate(text, file), text};
}

async function lastKept(json: string): Promise<{readonly file: string; readonly sequence: number} | null> {
  const folder = certificateFolder(json);
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new PipelineError(ErrorCode.CONFIG, `the folder ${folder} cannot be read (${codeOf(error)})`, {remedy: 'the next certificate follows the last in it; choose another file to begin a new chain'});
  }
  const sequence = Math.max(0, ...names.flatMap(name => /^(\d+)\.certificate\.json$/u.exec(name)?.[1] ?? []).map(Number));
  return sequence === 0 ? null : {file: join(folder, keptName(sequence)), sequence};
}

const keptName = (sequence: number): string => `${String(sequence).padStart(6, '0')}.certificate.json`;

/** Where the certificate of a release that was refused goes: beside the newest, until another release was decided about. */
export const failedFiles = ({json, html}: CertificateFiles): CertificateFiles => ({json: failed(json, '.json'), ...(html !== undefined && {html: failed(html, '.html')})});

const failed = (file: string, extension: string): string => `${withoutExtension(file, extension)}.failed${extension}`;
const withoutExtension = (file: string, extension: string): string => file.endsWith(extension) ? file.slice(0, -extension.length) : file;

/** The folder in which all certificates are kept. */
export const certificateFolder = (json: string): string => `${withoutExtension(json, '.json')}.certificates`;

/** Makes the folders, so that a place that cannot be written is found out before anything goes live. Throws WRITE. */
export async function makeFolders({json, html}: CertificateFiles): Promise<void> {
  for (const folder of [certificateFolder(json), ...html === undefined ? [] : [dirname(html)]]) {
    try {
      await mkdir(folder, {recursive: true});
    } catch (error) {
      throw new PipelineError(ErrorCode.WRITE, `the folder ${folder} cannot be made (${codeOf(error)})`, {remedy: 'choose another place for the certificate'});
    }
  }
}

/** Writes a certificate that passed: kept, then the newest. Throws WRITE. */
export async function writePassed(files: CertificateFiles, {sequence}: Certificate, text: string, page: string): Promise<void> {
  await writeFileAtomically(join(certificateFolder(files.json), keptName(sequence)), text);
  await writeFileAtomically(files.json, text);
  if (files.html !== undefined) await writeFileAtomically(files.html, page);
  await putFailedAside(files);
}

/** Writes what kept a release back, as evidence. Throws WRITE. */
export async function writeFailed(files: CertificateFiles, text: string, page: string): Promise<void> {
  await putFailedAside(files);
  const beside = failedFiles(files);
  await writeFileAtomically(beside.json, text);
  if (beside.html !== undefined) await writeFileAtomically(beside.html, page);
}

/**
 * Moves the evidence of an earlier release that was refused into the folder of certificates: what stands beside the newest certificate is of the last release,
 * and nothing is lost. Its page says the same again and goes first, so that a page alone is never what is left. Throws WRITE.
 */
async function putFailedAside(files: CertificateFiles): Promise<void> {
  const {json, html} = failedFiles(files);
  try {
    // Named by its content: the same evidence is there once, another never overwrites it.
    const aside = join(certificateFolder(files.json), `failed-${sha256(await readFile(json, 'utf8')).slice(0, 16)}.json`);
    if (html !== undefined) await rm(html, {force: true});
    await rename(json, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw new PipelineError(ErrorCode.WRITE, `${json}, of a release that was refused, cannot be moved to the folder of certificates (${codeOf(error)})`, {remedy: 'check that both can be written'});
  }
}

const codeOf = (error: unknown): string => error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
