// Names for a database of 912 tables, made up in the manner of a large longitudinal study: so many of each kind, a
// wave, an instrument, and who answered; some with spaces, as people type them.
const kinds = {data: 538, calc: 211, user: 64, arch: 50, trash: 23, gen: 22};
const waves = ['1', '3', '4', '5', '5r', '6', 'c3', 'mr', 'r1', 'rd', 's', 'sd', 'w14'];
const instruments = ['au', 'hb_ph', 'tb_99', 'cw', 'bp', 'it_c1', 'da', 'fp', 'cort_dhea', 'disc', 'hs', 'br', 'palm', 'visit'];
const respondents = ['m', 'f', 't', 'c', 'o'];
const WITH_SPACES = 17;

/** All different; the same every time. */
export const studyNames = () => {
  const names = ['aaatable', 'fake', 'no_recruit_helper', 'tables'];
  for (const [kind, count] of Object.entries(kinds)) {
    for (let i = 0; i < count; i++) {
      const [wave, instrument, respondent] = [waves[i % waves.length], instruments[Math.floor(i / waves.length) % instruments.length], respondents[Math.floor(i / 182) % respondents.length]];
      names.push(kind === 'user' && i < WITH_SPACES ? `user_${wave} ${instrument} without dropped item` : `${kind}_${wave}_${instrument}_${respondent}`);
    }
  }
  return names;
};
