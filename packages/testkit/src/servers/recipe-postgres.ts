import {realpathSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Account, Recipe} from './recipe.ts';

// As for the others: small, fast and forgetful, what was committed survives a kill of the server. `logical` is what change streams need.
const usualOptions = [
  'listen_addresses=127.0.0.1', 'fsync=off', 'full_page_writes=off', 'shared_buffers=128MB', 'max_wal_size=1GB', 'wal_level=logical',
  'max_connections=100', 'max_prepared_transactions=10', 'autovacuum_naptime=10s', 'log_min_messages=warning', 'lc_messages=C',
];

/** PostgreSQL, initialised in UTF-8 with the byte order of text, whatever this machine's locale. */
export const postgresRecipe: Recipe = {
  user: 'postgres',
  accounts: {names: ['postgres', 'nobody'], required: true},
  secret: password => password,
  initialize: ({initializer, root}, {data, secret, folder}, account, primary) => primary ? [
    ...within(root, folder), ...as(account), join(dirname(realpathSync(initializer!)), 'pg_basebackup'), `--pgdata=${data}`, `--dbname=${primary.url}`, '--write-recovery-conf', '--checkpoint=fast', '--no-sync',
  ] : [
    ...within(root, folder), ...as(account), initializer!, `--pgdata=${data}`, '--username=postgres', `--pwfile=${secret}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions',
  ],
  start: ({command, root}, {data, folder}, account, port, options) => [
    ...within(root, folder), ...as(account), ...command, '-D', data, '-p', String(port), '-k', folder, ...[...usualOptions].flatMap(option => ['-c', option]), ...options,
  ],
  socket: ({folder}) => folder,
  url: (port, password) => `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
  stopSignal: 'SIGQUIT',
  remnants: /pre-existing shared memory block|lock file "postmaster\.pid" already exists/u,
};

/** PostgreSQL cannot change its account itself, and refuses to run as root. */
const as = ({uid, gid}: Account): readonly string[] =>
  (uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']);

// The folder of the server and the devices are seen in there, too; by this process alone, so that they need not be taken away again.
const WITHIN = 'root=$1; folder=$2; shift 2; mount -t tmpfs none "$root/tmp" && mkdir -p "$root$folder" && mount --bind "$folder" "$root$folder" && mount --rbind /dev "$root/dev" && exec chroot "$root" "$@"';

const within = (root: string | undefined, folder: string): readonly string[] =>
  (root === undefined ? [] : ['unshare', '--mount', 'sh', '-c', WITHIN, 'within', root, folder]);
