import type {Recipe} from './recipe.ts';

/**
 * A `mongod` as a replica set of one, so that it has an oplog and change streams; or the stand-in, whose data do not survive it.
 * Neither has users: both listen on the loopback only.
 */
export const mongodbRecipe: Recipe = {
  user: '',
  accounts: {names: ['mongodb', 'nobody'], required: false},
  secret: () => '',
  initialize: () => ['true'],
  start: ({command, standIn}, {data}, _account, port, options) => (standIn === true ? [...command, String(port)] : [
    ...command, '--dbpath', data, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--replSet', 'sluice', '--oplogSize', '64', ...options,
  ]),
  socket: () => null,
  url: port => `mongodb://127.0.0.1:${port}/`,
  stopSignal: 'SIGKILL',
  remnants: null,
};
