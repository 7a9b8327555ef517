/** What stands at the other end of a connection, for people who check it. */
export interface SystemFacts {
  /** Product and version, e.g. `PostgreSQL 18.1`. */
  readonly system: string;
  /** How the connection is protected, e.g. `TLSv1.3; the certificate was checked, and whose it is`; absent where there is none. */
  readonly encryption?: string;
  /** As whom one works there, and in what: `user reader, schema public`. */
  readonly place?: string;
}
