import {execFileSync} from 'node:child_process';

/** Whether certificates can be made here. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], {stdio: 'ignore'});
    return true;
  } catch {
    return false;
  }
}

/** Makes a key, and a certificate of a host that nobody but itself vouches for, into two files; good for two days. */
export function makeCertificate(host: string, {key, cert}: {readonly key: string; readonly cert: string}): void {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-keyout', key, '-out', cert], {stdio: 'ignore'});
}
