import {readFile} from 'node:fs/promises';
import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, endpoint, option, z} from '@sluice/config';
import {ErrorCode, PipelineError, type Endpoint} from '@sluice/core';
import {findEndpoint} from '@sluice/job';
import {openDestination, openSource} from '@sluice/registry';
import {verifyCertificate, type CertificateVerification} from '@sluice/release';
import {columns, printable} from './text.ts';

const file = z.string().min(1).optional();

export const certificateVerifyConfig = defineConfig('certificate verify', 'Checks the certificate of a release, and the release against it, without the source.', {
  certificate: option(z.string().min(1), {describe: 'The certificate, JSON.', env: false, value: 'FILE'}),
  target: option(file, {describe: 'What was released: a SQLite file, or a URL. Without it only the certificate itself is checked.', env: false, value: 'FILE|URL'}),
  previous: option(file, {describe: 'The certificate it follows.', env: false, value: 'FILE'}),
  publicKey: option(file, {describe: 'The Ed25519 key that has to have signed it, PEM.', env: false, value: 'FILE'}),
  passwordFile: option(z.string().optional(), {describe: 'A file with the password of the target; or SLUICE_DESTINATION_PASSWORD.', env: false, value: 'FILE'}),
});

export const certificateVerify = defineCommand({
  config: certificateVerifyConfig,
  positionals: ['certificate'],
  examples: [
    {command: 'sluice certificate verify collab.certificate.json --target collab.db', does: 'Is the file what was examined, and is nothing in it that was not to be?'},
    {command: 'sluice certificate verify collab.certificate.json --target collab.db --public-key office.pub --json', does: 'And did the privacy office sign it? For programs.'},
    {command: 'sluice certificate verify new.json --previous old.json', does: 'Does one follow the other?'},
  ],
  async run({config, env, logger, signal, json, out}) {
    const {certificate, target, previous, publicKey} = config;
    const text = await readIn(certificate);
    const end = target === undefined ? null : await targetOf(target);
    await using destination = end === null ? null : await openDestination(end);
    await using released = end === null ? null : await openSource(end);
    const verification = await verifyCertificate(text, {
      name: certificate,
      ...(previous !== undefined && {previous: await readIn(previous)}), ...(publicKey !== undefined && {publicKey: await readIn(publicKey)}),
      ...(released !== null && {target: released}), ...(destination?.file !== undefined && {file: destination.file}),
    }, signal);
    if (!json) out.write(verificationText(verification));
    return {document: verification, exitCode: verification.status === 'valid' ? 0 : 1};

    async function targetOf(given: string): Promise<Endpoint> {
      if (!/^[a-z][a-z0-9+.-]+:/i.test(given)) return endpoint(`sqlite:${given}`);
      const from = {file: config.passwordFile, flag: '--password-file', variable: 'SLUICE_DESTINATION_PASSWORD'} as const;
      return await findEndpoint(endpoint(given), from, env, logger, signal);
    }
  },
});

async function readIn(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new PipelineError(ErrorCode.CONFIG, `${path} cannot be read (${code})`, {remedy: 'correct its path'});
  }
}

function verificationText({status, certificate, checks, problems, notChecked, remarks}: CertificateVerification): string {
  return `${[
    ...columns(checks.map(({name, status: found, detail}) => [name, found, printable(detail)])),
    '', 'Not checked', ...notChecked.map(what => `  ${printable(what)}`),
    ...(remarks.length > 0 ? ['', 'Worth knowing', ...remarks.map(remark => `  ${printable(remark)}`)] : []),
    '',
    status === 'valid'
      ? `Certificate ${certificate.id} holds in what was checked: ${printable(certificate.target)}, ${certificate.finishedAt}, ${certificate.claimed === null ? 'claims nothing' : `claims ${certificate.claimed}`}.`
      : `Certificate ${certificate.id} does not hold: ${problems.length === 1 ? printable(problems[0]!) : `${problems.length} problems, above`}.`,
  ].join('\n')}\n`;
}
