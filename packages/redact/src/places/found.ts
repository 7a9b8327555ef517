/** A street or another part of an address: its first and last token, both included. */
export interface Street {
  readonly first: number;
  readonly last: number;
  readonly rule: string;
}

/** A town, a county or a post code. */
export interface Town {
  readonly first: number;
  readonly last: number;
  readonly kind: 'geo.city' | 'geo.county' | 'geo.zip' | 'geo.street' | 'geo.other';
  readonly rule: string;
  readonly score: number;
}
