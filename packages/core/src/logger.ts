/** Where a component says what it does. Fields hold places, types, lengths and counts; never a row's value. */
export interface Logger {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** Says nothing: the default of every library function that takes a Logger. */
export const silent: Logger = {debug() {}, info() {}, warn() {}, error() {}};
