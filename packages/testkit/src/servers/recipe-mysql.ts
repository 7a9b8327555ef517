import {join} from 'node:path';
import type {Installation} from './installation.ts';
import type {Account, Paths, Recipe} from './recipe.ts';

// Small, fast and forgetful: what was committed survives a kill of the server, not a loss of power. Rows of 64 MB pass, also as hexadecimal text;
// a packet more than the largest fits into a JavaScript string, so that tests can go beyond.
const usualOptions = [
  '--bind-address=127.0.0.1', '--skip-name-resolve', '--local-infile=1', '--max-allowed-packet=144M', '--character-set-server=utf8mb4',
  '--innodb-buffer-pool-size=128M', '--innodb-flush-log-at-trx-commit=2', '--innodb-doublewrite=0', '--skip-log-bin', '--performance-schema=OFF',
];
// Nor does anything wait for a disk, which tables that are made and dropped by the thousand would: whoever kills a server finds what it wrote.
const unsynced = {
  mariadb: ['--innodb-flush-method=nosync', '--sync-frm=0', '--debug-no-sync'],
  mysql: ['--innodb-flush-method=nosync'],
} as const;
const ownOptions = {
  mariadb: [...unsynced.mariadb, '--innodb-log-file-size=64M'],
  // Without a folder there is no server-side file access at all, which matters where the server must run as root.
  mysql: [...unsynced.mysql, '--innodb-redo-log-capacity=128M', '--secure-file-priv=NULL'],
} as const;

/** MySQL and MariaDB. */
export const mysqlRecipe: Recipe = {
  user: 'root',
  accounts: {names: ['mysql', 'nobody'], required: false},
  // Runs at every start, hence the repeatable form. Without name resolution, localhost and 127.0.0.1 are two accounts.
  secret: password => ['localhost', '127.0.0.1'].map(host =>
    `CREATE USER IF NOT EXISTS 'root'@'${host}';\nALTER USER 'root'@'${host}' IDENTIFIED BY '${password}';\nGRANT ALL PRIVILEGES ON *.* TO 'root'@'${host}' WITH GRANT OPTION;\n`).join(''),
  initialize({kind, command, initializer, options}, paths, account) {
    const base = [...options, ...places(paths, account)];
    return initializer
      ? [initializer, '--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db', ...unsynced.mariadb, '--innodb-log-file-size=64M', ...base]
      : [...command, '--no-defaults', '--initialize-insecure', ...(kind === 'mysql' ? [...unsynced.mysql, '--innodb-redo-log-capacity=128M'] : []), ...base];
  },
  start(installation, paths, account, port, options) {
    return [
      ...installation.command, '--no-defaults', ...installation.options, ...places(paths, account), ...usualOptions,
      `--socket=${mysqlRecipe.socket(paths)}`, `--port=${port}`, `--pid-file=${join(paths.folder, 'pid')}`, `--init-file=${paths.secret}`, ...own(installation), ...options,
    ];
  },
  socket: ({folder}) => join(folder, 's.sock'),
  url: (port, password) => `mysql://root:${password}@127.0.0.1:${port}/`,
  stopSignal: 'SIGKILL',
  remnants: null,
};

const own = ({kind}: Installation): readonly string[] => (kind === 'mariadb' ? ownOptions.mariadb : ownOptions.mysql);

// A server that starts clears its folder for temporary tables: in one that is shared it takes away those of the others.
// The programs refuse to run as root without being told.
function places({data, temporary}: Paths, {name}: Account): string[] {
  const as = name ?? (process.getuid?.() === 0 ? 'root' : undefined);
  return [`--datadir=${data}`, `--tmpdir=${temporary}`, ...(as === undefined ? [] : [`--user=${as}`])];
}
