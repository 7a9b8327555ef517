import type {Destination} from './destination.ts';
import type {Querier} from './query.ts';
import type {Secret} from './secret.ts';
import type {Source} from './source.ts';

/** What a connector is asked to open: a URL without its password, and the password apart. */
export interface Endpoint {
  /** The URL as the user wrote it, its password taken out. */
  readonly url: string;
  readonly password?: Secret;
  /** Options of the connector that do not come from the URL. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** One system that Sluice can read from, write to, or both. Exported by each connector package. */
export interface Connector {
  readonly kind: string;
  /** URL schemes without the colon. */
  readonly schemes: readonly string[];
  /** Throws CONFIG, with every problem of the URL. Opens nothing yet: connections are made when first needed. */
  source?(endpoint: Endpoint): Source;
  destination?(endpoint: Endpoint): Destination;
  querier?(endpoint: Endpoint): Querier;
}
