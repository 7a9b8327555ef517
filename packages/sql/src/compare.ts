import type {Context} from './translate-value.ts';
import {inside, named, whole} from './translate-value.ts';
import {quoteText} from './quote.ts';
import type {Meaning, Translated} from './meaning.ts';
import {refuse} from './syntax.ts';

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>';

/**
 * Compares two values where both servers find the same. Numbers do; text does when it is only asked
 * whether it is equal, and for text that {@link Context.assumptions} names. Whatever one server would
 * convert first is refused.
 */
export function compare(operator: Comparison, left: Translated, right: Translated, context: Context): Translated {
  const [a, b] = [fold(left, right, context), fold(right, left, context)];
  const sql = (x: string, y: string) => whole([left, right], `${x} ${operator === '<=>' ? (context.to === 'sqlite' ? 'IS' : '<=>') : operator} ${y}`);
  const plain = () => sql(inside(a), inside(b));
  if (a.type === 'null' || b.type === 'null') return plain();
  const equality = operator === '=' || operator === '<>' || operator === '<=>';

  if (isInteger(a) && isInteger(b)) return plain();
  if (isText(a) && isText(b)) {
    if (!equality) refuse('text is sorted in another way elsewhere');
    return compareText(a, b, context, sql);
  }
  const [numeric, other] = a.type === 'decimal' ? [a, b] : [b, a];
  if (numeric.type === 'decimal') {
    const literal = other.type === 'literal int' || other.type === 'literal number' ? other.literal! : null;
    if (numeric.decimalAsText) {
      if (literal === null) {
        if (equality && other.type === 'decimal' && other.decimalAsText && other.scale !== undefined && other.scale === numeric.scale) return plain();
        return refuse('a decimal of many digits is text there, and compares as text');
      }
      if (!isExactBeside(literal, numeric)) refuse('a decimal of many digits is text there, and the literal has too many digits');
      const number = (side: Translated) => (side === numeric ? `CAST(${side.sql} AS REAL)` : inside(side));
      return sql(number(a), number(b));
    }
    if (literal !== null ? digitsIn(literal) <= 15 : other.type === 'decimal' || (other.type === 'int' && !other.unsigned64)) return plain();
    return refuse(`a decimal is compared with ${named(other)}`);
  }
  const isFloat = (side: Meaning) => side.type === 'float';
  const isLiteral = (side: Meaning) => side.type === 'literal int' || side.type === 'literal number';
  // A literal beside a float is a float in both; beside an integer it is exact in both.
  if ((isFloat(a) && (isFloat(b) || isLiteral(b))) || (isFloat(b) && isLiteral(a))) return plain();
  if ((isInteger(a) && isLiteral(b)) || (isInteger(b) && isLiteral(a))) {
    if (digitsIn((isLiteral(b) ? b : a).literal ?? '') > 15) refuse('a literal has too many digits');
    return plain();
  }
  const sameKind = a.type === b.type && (a.scale ?? 0) === (b.scale ?? 0);
  if (sameKind && ['date', 'timestamp', 'timestamptz'].includes(a.type)) return plain();
  if (sameKind && equality && ['time', 'uuid', 'bytes'].includes(a.type)) return plain();
  return refuse(`${named(a)} is compared with ${named(b)}`);
}

const isInteger = ({type}: Meaning) => type === 'int' || type === 'bool' || type === 'literal int';
const isText = ({type}: Meaning) => type === 'text' || type === 'literal text';

/** A text literal as the other side would read it: a date, or digits. */
function fold(side: Translated, other: Meaning, {to}: Context): Translated {
  if (side.type !== 'literal text' || isText(other)) return side;
  const literal = side.literal ?? '';
  if (other.type === 'int' && /^-?\d{1,15}$/.test(literal) && String(Number(literal)) === literal) {
    return {type: 'literal int', literal, sql: literal, atom: !literal.startsWith('-')};
  }
  if (other.type !== 'date' && other.type !== 'timestamp') return side;
  const match = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?)?$/.exec(literal);
  const [, day = '', time, fraction = ''] = match ?? [];
  if (!match || Number.isNaN(Date.parse(`${day}T${time ?? '00:00:00'}Z`)) || !new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)) {
    return refuse('a literal of a date is written in another form');
  }
  const scale = other.scale ?? 0;
  if (other.type === 'date') {
    if (time !== undefined) refuse('a date is compared with a literal that has a time');
    return {type: 'date', sql: quoteText(to, day), atom: true};
  }
  const digits = fraction.replace(/0+$/, '');
  if (digits.length > scale) refuse('a literal has more fraction digits than the column');
  const text = `${day} ${time ?? '00:00:00'}${scale > 0 ? `.${digits.padEnd(scale, '0')}` : ''}`;
  return {type: 'timestamp', scale, sql: quoteText(to, text), atom: true};
}

/**
 * Text is equal in both when it ignores case and is ASCII, or when it does not and has no blanks at
 * its end: MySQL's older collations do not see those.
 */
function compareText(a: Translated, b: Translated, {to, assumptions}: Context, sql: (x: string, y: string) => Translated): Translated {
  const sides = [a, b];
  if (sides.some(side => side.type === 'text' && side.ignoresCase === undefined)) refuse('it compares text that is put together of several, or by a collation that is another one elsewhere');
  const deciding = sides.filter(({collated}) => collated).concat(sides.filter(({type, ignoresCase}) => type === 'text' && ignoresCase !== undefined));
  const ignoresCase = deciding[0]?.ignoresCase;
  if (ignoresCase === undefined) refuse('literals are compared with each other');
  if (!sides.some(({collated}) => collated) && deciding.some(side => side.ignoresCase !== ignoresCase)) refuse('text that ignores case is compared with text that does not');
  for (const {literal, literals = literal === undefined ? [] : [literal], origins} of sides) {
    if (literals.some(text => (ignoresCase ? !/^[ -~]*$/.test(text) || text.endsWith(' ') : / $|\0/.test(text)))) {
      refuse('a literal is equal to other texts elsewhere');
    }
    assumptions.add(ignoresCase ? 'ascii' : 'no trailing blanks', origins);
  }
  const collation = to === 'sqlite' ? (ignoresCase ? 'NOCASE' : 'BINARY') : null;
  // A COLLATE anywhere inside a value decides in SQLite, unless one stands outside of it.
  const needed = collation !== null && (ignoresCase || sides.some(side => side.ignoresCase || side.sql.includes('COLLATE')));
  if (collation === null && sides.some(({collated}) => collated)) refuse('it names a collation');
  return sql(needed ? `${inside(a)} COLLATE ${collation}` : inside(a), inside(b));
}

function digitsIn(literal: string): number {
  return literal.replace(/^-?0*|[.]|[eE].*$/g, '').length;
}

/** Near the literal, neighbouring decimals of that scale are different doubles, so that the order is theirs. */
function isExactBeside(literal: string, {scale}: Meaning): boolean {
  if (scale === undefined || /e/i.test(literal)) return false;
  const [, fraction = ''] = literal.split('.');
  return fraction.length <= scale && Math.abs(Number(literal)) * 10 ** scale < 2 ** 52 && digitsIn(literal) <= 15;
}
