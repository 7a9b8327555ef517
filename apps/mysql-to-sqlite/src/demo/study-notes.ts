import {slashDate} from './study-dates.ts';
import {phone, type Family} from './study-people.ts';
import type {Random} from './study-random.ts';

/** What somebody wrote about a family: mostly with names, places and telephone numbers in it. */
export function note(random: Random, family: Family): string {
  const {mother, father, twins: [one, two], address} = family;
  const sibling = family.siblings[0];
  return random.pick([
    () => `Mom (${mother.first} ${mother.last}) asks us to call back after 5 pm on ${phone(random)}.`,
    () => `${one.first} was shy at first; ${two.first} answered for both. Said "I'm the big one" twice.`,
    () => `Spoke to ${father ? `${father.first} ${father.last}` : 'the grandmother'} – family moved to ${address.street}, ${address.town}.`,
    () => `${two.first} has asthma, uses an inhaler at school.\n${one.first} does not. Mother: ${mother.first}.`,
    () => `Sent packet to ${address.street}, ${address.town} ${address.zip}; came back, try ${family.email ?? phone(random)}`,
    () => `Birthday party on ${slashDate(one.birth)} mentioned, so the twins' date of birth is right.`,
    () => `${mother.first} née ${mother.maiden} works nights; ${family.email ? `prefers e-mail (${family.email})` : 'has no e-mail'}.`,
    () => sibling ? `Older/younger child ${sibling.first} sat in. Father's line: ${phone(random)}.` : 'No other children at home.',
    () => `Grandma ${mother.maiden}'s dog barked throughout 🐕 – recording of ${one.first} hard to hear.`,
    () => `O'Malley's test: ${one.first}=left, ${two.first}=right; 100% sure; path C:\\video\\${family.id}`,
    () => 'Nothing to report.',
    () => 'Room was cold. Started ten minutes late.',
  ])();
}

/** Answers of an interview, several sentences long. */
export function answer(random: Random, family: Family): string {
  return Array.from({length: random.between(1, 4)}, () => note(random, family)).join(' ');
}
