const NUMBER_OR_STRING = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gu;

/** What JSON.parse makes of a text, but that each number is an object with its digits: JSON.parse would round those of 64 bits. */
const parsed = (text: string): unknown => JSON.parse(text.replace(NUMBER_OR_STRING, token => (token.startsWith('"') ? token : `{"#":"${token}"}`)));

/** Quotes within a string have a backslash before them in JSON: nothing but such an object is taken for one. */
const printed = (value: unknown): string => JSON.stringify(value).replace(/\{"#":"([^"]*)"\}/gu, '$1');

/** A document in JSON.stringify's own print, numbers as they are written. */
export const printedJson = (text: string): string => printed(parsed(text));

/** The members of an object by name, each in that print. Throws a SyntaxError for what is no JSON. */
export const printedMembers = (text: string): Map<string, string> => new Map(Object.entries(parsed(text) as object).map(([name, value]) => [name, printed(value)]));
