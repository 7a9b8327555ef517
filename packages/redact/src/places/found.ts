/** A street or another part of an address: its first and last token, both included. */
export interface Street {
  readonly first: number;
  readonly last: number;
  readonly rule: string;
}
