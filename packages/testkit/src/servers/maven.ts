import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {cacheFolder, run} from './debian.ts';

/** A library of Java with all it stands on: every file and the SHA-256 that it must have. */
export interface JavaLibrary {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The folder of the library's jars, fetched from Maven Central by the machine's own `mvn` and its settings, once. Other bytes than those
 * that are expected are an error, also where they were fetched long ago.
 */
export function javaLibrary({group, artifact, version, files}: JavaLibrary, say: (line: string) => void): string {
  const cache = cacheFolder();
  const folder = join(cache, `${artifact}-${version}`);
  if (!existsSync(folder)) {
    say(`servers: fetching ${artifact} ${version} from Maven Central, once`);
    mkdirSync(cache, {recursive: true});
    const work = mkdtempSync(join(cache, 'fetch-'));
    try {
      writeFileSync(join(work, 'pom.xml'), '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>sluice</groupId><artifactId>servers</artifactId><version>1</version><dependencies>'
        + `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency></dependencies></project>\n`);
      run('mvn', ['--quiet', '--batch-mode', '--file', join(work, 'pom.xml'), 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${join(work, 'lib')}`], trusting(work));
      compare(join(work, 'lib'), files);
      try {
        renameSync(join(work, 'lib'), folder);
      } catch (error) {
        // Another run was first; its copy is as good.
        if (!existsSync(folder)) throw error;
      }
    } finally {
      rmSync(work, {recursive: true, force: true});
    }
  }
  compare(folder, files);
  return folder;
}

/** Java has its list of trusted certificates in a form of its own: whoever tells Node of more of them means its programs, too. */
function trusting(work: string): Readonly<Record<string, string>> {
  const {NODE_EXTRA_CA_CERTS: extra, MAVEN_OPTS: options = ''} = process.env;
  if (!extra || options.includes('trustStore')) return {};
  const store = join(work, 'trusted.p12');
  run('java', [join(import.meta.dirname, '../../src/servers/TrustStore.java'), extra, store]);
  return {MAVEN_OPTS: `${options} -Djavax.net.ssl.trustStore=${store} -Djavax.net.ssl.trustStorePassword=changeit`.trim()};
}

function compare(folder: string, files: JavaLibrary['files']): void {
  const found = readdirSync(folder);
  const wrong = [...new Set([...found, ...Object.keys(files)])].filter(name =>
    !found.includes(name) || createHash('sha256').update(readFileSync(join(folder, name))).digest('hex') !== files[name]);
  if (wrong.length > 0) throw new Error(`${folder} is not what it should be (${wrong.join(', ')}); remove it and run the tests again`);
}
