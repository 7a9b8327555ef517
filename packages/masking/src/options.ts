import {option, z} from '@sluice/config';

const file = z.string().min(1).optional();

/** Options of every program that applies a policy: where its key is, and its vault. The key itself may also be in SLUICE_KEY. */
export const maskingOptions = {
  keyFile: option(file, {describe: 'The master key of pseudonyms, 32 bytes that only you can read; or SLUICE_KEY.', value: 'FILE', env: 'SLUICE_KEY_FILE'}),
  keyCommand: option(z.array(z.string().min(1)).optional(), {describe: 'A program, with its arguments, that prints the key.', value: 'PROGRAM,ARG,...', env: 'SLUICE_KEY_COMMAND', advanced: true}),
  vault: option(file, {describe: 'The vault of surrogates; stays with the source.', value: 'FILE', env: 'SLUICE_VAULT'}),
};

/** The same, as decoded. */
export interface MaskingSettings {
  readonly keyFile?: string | undefined;
  readonly keyCommand?: readonly string[] | undefined;
  readonly vault?: string | undefined;
}

/** Options of runs that release something: the certificate. */
export const certificateOptions = {
  certificate: option(file, {describe: 'Examine all before it goes live; JSON, a page beside it.', value: 'FILE'}),
  signingKey: option(file, {describe: 'Ed25519 private key (PEM) that signs it.', value: 'FILE', env: 'SLUICE_SIGNING_KEY_FILE'}),
  operator: option(z.string().min(1).optional(), {describe: 'Who releases it.', value: 'NAME'}),
};

/** The same, as decoded. */
export interface CertificateSettings {
  readonly certificate?: string | undefined;
  readonly signingKey?: string | undefined;
  readonly operator?: string | undefined;
}
