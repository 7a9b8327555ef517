import {ErrorCode, PipelineError, type Problem} from '@sluice/core';

/** A key's value and the line it stands in. */
export interface IniValue {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

/** Sections in the order of the file; keys in lower case, as Python's ConfigParser has them. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, IniValue>>;

/**
 * Reads an INI file the way the superseded system's Python did: `key = value` or `key: value`, comments in lines of
 * their own (`#`, `;`) and behind a blank and a semicolon, values that go on in indented lines. No interpolation: a
 * percent sign is itself. Throws CONFIG with every line that is none of this; a value is never quoted.
 */
export function parseIni(text: string, path: string): Ini {
  const sections = new Map<string, Map<string, IniValue>>();
  const problems: Problem[] = [];
  let section: Map<string, IniValue> | undefined;
  let lastKey: string | undefined;
  text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/).forEach((raw, index) => {
    const line = index + 1;
    const problem = (message: string) => problems.push({path: `${path}:${line}`, message});
    if (/^\s*$|^[#;]/.test(raw)) return;
    const header = /^\[([^\]]*)\]\s*(?:[#;].*)?$/.exec(raw);
    if (header) {
      const name = header[1]!.trim();
      lastKey = undefined;
      section = sections.get(name) ?? new Map<string, IniValue>();
      sections.set(name, section);
      return;
    }
    const content = raw.replace(/(^|\s);.*$/, '').trim();
    if (/^\s/.test(raw) && section && lastKey !== undefined) {
      const before = section.get(lastKey)!;
      if (content !== '') section.set(lastKey, {...before, text: before.text === '' ? content : `${before.text}\n${content}`});
      return;
    }
    const pair = /^([^:=\s][^:=]*?)\s*[:=]\s*(.*)$/.exec(content);
    if (!pair) return void problem('is neither a section nor `key = value`');
    if (!section) return void problem('stands before the first section');
    lastKey = pair[1]!.toLowerCase();
    if (section.has(lastKey)) problem(`${lastKey} is given twice`);
    section.set(lastKey, {text: pair[2] === '""' ? '' : pair[2]!, line});
  });
  if (problems.length > 0) {
    const [first] = problems;
    throw new PipelineError(ErrorCode.CONFIG, problems.length === 1 && first ? `${first.path} ${first.message}` : `${problems.length} problems in ${path}`, {problems});
  }
  return sections;
}
