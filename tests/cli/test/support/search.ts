import {lstatSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import type {Ended} from './program.ts';

/** A text in the forms in which bytes can betray it. */
function spellings(text: string): Buffer[] {
  const utf8 = Buffer.from(text);
  // What base64 makes of it depends on where it begins; the characters at either end also tell of the neighbours.
  const base64 = [0, 1, 2].map(shift => Buffer.concat([Buffer.alloc(shift), utf8]).toString('base64').slice(shift === 0 ? 0 : shift + 1).replace(/=+$/, '').slice(0, -1));
  const backwards = [...text].reverse().join('');
  return [
    utf8, Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16(), Buffer.from(backwards), Buffer.from(encodeURIComponent(text)),
    ...[utf8.toString('hex'), utf8.toString('hex').toUpperCase(), ...base64].map(form => Buffer.from(form)),
  ];
}

/** Where any of the texts is found: every file below the folder, byte by byte, its name too, and what programs printed. */
export function placesOf(texts: readonly string[], folder: string, ended: readonly Ended[] = []): string[] {
  const forms = texts.map(text => ({text, spelled: spellings(text)}));
  const found: string[] = [];
  const look = (place: string, bytes: Buffer) => {
    for (const {text, spelled} of forms) if (spelled.some(form => bytes.includes(form))) found.push(`${text} in ${place}`);
  };
  for (const name of readdirSync(folder, {recursive: true}) as string[]) {
    look(`the name ${name}`, Buffer.from(name));
    if (!lstatSync(join(folder, name)).isFile()) continue;
    const bytes = readFileSync(join(folder, name));
    look(name, bytes);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) look(`${name}, unpacked`, gunzipSync(bytes));
  }
  ended.forEach(({stdout, stderr}, i) => {
    look(`stdout of run ${i + 1}`, Buffer.from(stdout));
    look(`stderr of run ${i + 1}`, Buffer.from(stderr));
  });
  return found;
}
