import type {SodaCells, SodaColumn} from '@sluice/soda-server';

/** The columns of the pet licences of Seattle. */
export const petColumns: readonly SodaColumn[] = [
  {fieldName: 'license_issue_date', dataTypeName: 'calendar_date', name: 'License Issue Date', description: 'Date when the license was issued'},
  {fieldName: 'license_number', dataTypeName: 'text', name: 'License Number'},
  {fieldName: 'animal_s_name', dataTypeName: 'text', name: "Animal's Name"},
  {fieldName: 'species', dataTypeName: 'text', name: 'Species'},
  {fieldName: 'primary_breed', dataTypeName: 'text', name: 'Primary Breed'},
  {fieldName: 'secondary_breed', dataTypeName: 'text', name: 'Secondary Breed'},
  {fieldName: 'zip_code', dataTypeName: 'text', name: 'ZIP Code'},
];

const NAMES = ['Luna', 'Zoë', 'José', 'Søren', '小白', 'Bella', 'Max', "O'Malley", 'Łapka', 'Charlie', 'Пушок', 'Fluffy "the Cat"', 'Ñandú', 'Milo', 'Bär', '🐾 Biscuit'];
const DOGS = ['Retriever, Labrador', 'Chihuahua, Short Coat', 'Terrier', 'Poodle, Standard', 'Border Collie', 'Dachshund'];
const CATS = ['Domestic Shorthair', 'American Shorthair', 'Siamese', 'Maine Coon', 'Mix'];
const FIRST_YEAR = 2014;
const YEARS = 6;

/** Numbers that look like chance and are the same on every machine: a Lehmer generator with the multiplier of Park, Miller and Stockmeyer (1993). */
export function* pets(count: number, seed = 1): Generator<SodaCells> {
  let state = seed;
  const below = (n: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
  const pick = (list: readonly string[]) => list[below(list.length)]!;
  const two = (part: number) => String(part).padStart(2, '0');
  for (let i = 0; i < count; i++) {
    const kind = below(100);
    const species = kind < 63 ? 'Dog' : kind < 97 ? 'Cat' : kind < 99 ? 'Goat' : 'Pig';
    const breeds = species === 'Dog' ? DOGS : species === 'Cat' ? CATS : ['Miniature'];
    // Later years have more.
    const year = FIRST_YEAR + Math.max(below(YEARS), below(YEARS));
    yield [
      `"${year}-${two(1 + below(12))}-${two(1 + below(28))}T00:00:00.000"`, `"S${100_000 + seed * 1000 + i}"`, below(12) === 0 ? null : JSON.stringify(pick(NAMES)),
      JSON.stringify(species), JSON.stringify(pick(breeds)), below(3) === 0 ? JSON.stringify(pick(breeds)) : null, `"98${100 + below(99)}"`,
    ];
  }
}
