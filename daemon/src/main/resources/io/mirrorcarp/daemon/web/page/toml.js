// SPDX-License-Identifier: BSD-2-Clause
// Single keys of a TOML text, read and written where they stand, so that comments and order stay. What is more than that is for the daemon, which checks all of it.

const lines = text => text.split(/\r?\n/);
const head = line => { const found = /^\s*\[([^[\]]+)\]/.exec(line); return found ? found[1].trim() : null; };
const assignment = key => new RegExp(`^(\\s*${key}\\s*=\\s*)(.*)$`);
const LINES_OF_A_VALUE = 200;
const ANOTHER_KEY = /^\s*[\w-]+\s*=/;

// The lines of a table: [first, behind the last].
function range(all, table) {
  const first = all.findIndex(line => head(line) === table);
  if (first < 0) return null;
  const next = all.findIndex((line, index) => index > first && /^\s*\[/.test(line));
  return [first + 1, next < 0 ? all.length : next];
}

// The names of a table, or of those below it.
export function tables(text, name) {
  return lines(text).map(head).filter(one => one === name || (one && one.startsWith(`${name}.`)))
    .filter(one => one !== 'pfsync.filter' && (name !== 'carp' || one.split('.').length === 2));
}

// The value and what follows it in its line, a comment; null where it does not end in these lines.
function split(rest) {
  const value = /^("(?:[^"\\]|\\.)*"|'[^']*'|\[(?:[^\]"']|"(?:[^"\\]|\\.)*"|'[^']*')*\]|\{[^}]*\}|[^#\s[{]+)(.*)$/s.exec(rest);
  return value && [value[1], value[2]];
}

// Where a key stands: its first line, how many it takes, what stands before its value, the value, and what follows; null where it is not there. Only a list may
// have several lines. One that does not end is what stands in the first.
function find(all, within, key) {
  for (let i = within[0]; i < within[1]; i++) {
    const found = assignment(key).exec(all[i]);
    if (!found) continue;
    const most = found[2].startsWith('[') ? Math.min(within[1] - i, LINES_OF_A_VALUE) : 1;
    for (let count = 1; count <= most && (count === 1 || !ANOTHER_KEY.test(all[i + count - 1])); count++) {
      const parts = split([found[2], ...all.slice(i + 1, i + count)].join('\n'));
      if (parts) return {index: i, count, before: found[1], value: parts[0], after: parts[1]};
    }
    return {index: i, count: 1, before: found[1], value: found[2], after: ''};
  }
  return null;
}

// A boolean, a number, a text or a list of them; undefined where the key is not there.
export function read(text, table, key) {
  const all = lines(text);
  const within = range(all, table);
  const found = within && find(all, within, key);
  return found ? parse(found.value) : undefined;
}

// The number of the line of a key, from 1 on; 0 where it is not there.
export function lineOf(text, table, key) {
  const all = lines(text);
  const within = range(all, table);
  const found = within && find(all, within, key);
  return found ? found.index + 1 : 0;
}

// The first line of a table, which is its head, and the last one; null where it is not there.
export function linesOf(text, table) {
  return range(lines(text), table);
}

// The text without a table and those below it.
export function remove(text, table) {
  let all = lines(text);
  for (const name of all.map(head).filter(one => one === table || (one && one.startsWith(`${table}.`)))) {
    const [first, behind] = range(all, name);
    all = [...all.slice(0, first - 1), ...all.slice(behind)];
  }
  return all.join('\n');
}

function parse(value) {
  if (value === 'true' || value === 'false') return value === 'true';
  if (/^[+-]?\d+$/.test(value)) return Number(value);
  if (value.startsWith('[')) return [...value.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g)].map(one => one[1] ?? one[2]);
  try {
    if (value.startsWith('"')) return JSON.parse(value);
  } catch (escape) {
    // One that JSON does not have: as it is written.
  }
  return value.replace(/^(["'])(.*)\1$/, '$2');
}

// A {raw} value is written as it is: an inline table.
function format(value) {
  if (value.raw !== undefined) return value.raw;
  if (Array.isArray(value)) return `[${value.map(format).join(', ')}]`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

// The text with that value; an empty one takes the key away.
export function write(text, table, key, value) {
  const all = lines(text);
  let within = range(all, table);
  const gone = value === '' || value.raw === '' || (Array.isArray(value) && value.length === 0);
  if (!within) {
    if (gone) return text;
    all.push('', `[${table}]`);
    within = range(all, table);
  }
  const found = find(all, within, key);
  if (found) {
    all.splice(found.index, found.count, ...(gone ? [] : [found.before + format(value) + found.after]));
    return all.join('\n');
  }
  if (gone) return text;
  let last = within[1];
  while (last > within[0] && all[last - 1].trim() === '') last--;
  all.splice(last, 0, `${key} = ${format(value)}`);
  return all.join('\n');
}

// The lines that differ: ['-', old] and ['+', new], in order, by the longest common part.
export function difference(before, after) {
  const a = lines(before);
  const b = lines(after);
  if (a.length * b.length > 4e6) return before === after ? [] : [['+', 'too long to compare here']];
  const common = Array.from({length: a.length + 1}, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const changes = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) { i++; j++; }
    else if (i < a.length && (j === b.length || common[i + 1][j] >= common[i][j + 1])) changes.push(['-', a[i++]]);
    else changes.push(['+', b[j++]]);
  }
  return changes;
}
