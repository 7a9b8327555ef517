/** What COPY's binary format begins with: the signature, no flags and no extension of the head (PostgreSQL 18 manual, COPY, "Binary Format"). */
export const BINARY_SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
