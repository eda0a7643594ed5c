// SPDX-License-Identifier: BSD-2-Clause
// The configuration: the fields of pfSense first, then all of the file; checked by the daemon while it is typed, tried for a time, and kept when that is confirmed.
import {h} from './view.js';
import {get, mayOperate, node, post} from './node.js';
import {say} from './dialog.js';
import {difference, lineOf, linesOf, read, remove, tables, write} from './toml.js';

export const wants = [];

const CHECK_MILLIS = 400;
const TRY_SECONDS = 30;

let configuration = null;
let file = null;
let text = '';
let trouble = '';
let checked = null;
let checkedText = '';
let waiting = null;
let trial = null;
let both = false;

export async function enter(changed) {
  try {
    configuration = await get('config');
    trouble = '';
    if (mayOperate()) {
      const now = await get('config/file');
      // What somebody has begun to change stays.
      const untouched = !file || text === file.text;
      file = now;
      if (untouched) setText(file.text);
    }
  } catch (failure) {
    trouble = failure.message;
  }
  changed();
}

function setText(value) {
  text = value;
  if (file && text === file.text) checked = null;
  const area = document.getElementById('toml');
  if (area && area.value !== value) area.value = value;
}

export function view(changed) {
  if (trouble && !configuration) return h('p', {class: 'note bad', role: 'alert'}, trouble);
  if (!configuration) return h('p', {class: 'soft'}, 'Asking …');
  return [
    countdown(changed),
    h('section', {class: 'card', key: 'file'},
      h('h2', null, 'Settings'),
      h('p', null, h('code', null, configuration.file), configuration.fileIsRunning
        ? ' says what runs.'
        : ' says something else than what runs: carpctl reload or a restart takes it.'),
      list('Faults of the file', configuration.faults, 'bad'),
      list('Warnings', configuration.warnings, 'warn')),
    mayOperate() && file ? [fields(changed), pfsyncFields(changed), editor(changed)] : shown(),
    h('section', {class: 'card', key: 'all'}, h('details', null, h('summary', null, h('h2', null, 'What runs, with every default')),
      h('pre', {tabindex: 0, 'aria-label': 'The running configuration'}, configuration.running))),
  ];
}

function list(title, findings, kind) {
  return findings.length > 0 && h('div', {class: `note ${kind}`}, h('h3', null, title),
    h('ul', null, findings.map(finding => h('li', null, `line ${finding.line}, column ${finding.column}: ${finding.message}`))));
}

// For those who may not change it.
function shown() {
  const pfsync = node.status.pfsync;
  const columns = ['Name', 'Interface', 'VHID group', 'Virtual address and mask', 'Advertising frequency', 'Fails over with'];
  return h('section', {class: 'card', key: 'shown'},
    h('table', {class: 'stack'},
      h('caption', null, 'Virtual hosts'),
      h('thead', null, h('tr', null, columns.map(title => h('th', {scope: 'col'}, title)))),
      h('tbody', null, node.status.vhids.map(host => h('tr', null,
        h('th', {scope: 'row', 'data-label': columns[0]}, host.name),
        h('td', {'data-label': columns[1]}, host.carpdev),
        h('td', {'data-label': columns[2]}, host.vhid),
        h('td', {'data-label': columns[3]}, h('div', null, host.addresses.map(address => h('div', {class: 'addresses'}, address)))),
        h('td', {'data-label': columns[4]}, `base ${host.advbase}, skew ${host.advskew}`),
        h('td', {'data-label': columns[5]}, host.group || 'all'))))),
    h('dl', null,
      h('dt', null, 'Synchronize states'), h('dd', null, pfsync.state === 'off' ? 'no' : 'yes'),
      pfsync.syncdev && [h('dt', null, 'Synchronize interface'), h('dd', null, [pfsync.syncdev].flat().join(', '))]));
}

// What the daemon found wrong in a line of the text.
const faultsOf = line => (checked && line > 0 ? checked.faults.filter(fault => fault.line === line) : []);

// A whole number as one; what is none as it was typed, so that the daemon says what would be right.
const whole = typed => (/^\d{1,9}$/.test(typed) ? Number(typed) : typed);

// A field stands for a key of the file: what is typed here is written there, and the other way round. What changes more than its key has the new text made by change.
function field(changed, table, key, title, kind, otherwise, hint, change = given => write(text, table, key, given)) {
  const id = `${table}-${key}`.replace(/[^A-Za-z0-9-]/g, '-');
  const value = read(text, table, key);
  const put = given => { setText(change(given)); check(changed); };
  const faults = faultsOf(lineOf(text, table, key));
  const described = [hint && `${id}-hint`, faults.length > 0 && `${id}-fault`].filter(one => one).join(' ');
  const attributes = {id, 'aria-describedby': described || null, 'aria-invalid': faults.length > 0 ? 'true' : null};
  const shownValue = value === undefined ? otherwise : value;
  const typed = (type, value, read) => h('input', {...attributes, type, spellcheck: 'false', autocomplete: 'off', value,
    inputmode: kind === 'number' ? 'numeric' : null, oninput: event => put(read(event.target.value))});
  const fault = faults.length > 0 && h('p', {class: 'note bad', id: `${id}-fault`}, faults.map(one => one.message).join('; '));
  let input;
  if (kind === 'bool') {
    input = h('input', {...attributes, type: 'checkbox', checked: shownValue === true, onchange: event => put(event.target.checked)});
    return h('div', {key: id}, h('label', {class: 'inline', for: id}, input, title), fault);
  }
  if (Array.isArray(kind)) {
    input = h('select', {...attributes, onchange: event => put(event.target.value)},
      kind.map(one => h('option', {value: one, selected: one === shownValue}, one)));
  } else if (kind === 'list') {
    input = typed('text', [shownValue].flat().join(', '), given => given.split(/[\s,]+/).filter(one => one));
  } else if (kind === 'raw') {
    input = typed('text', shownValue, given => ({raw: given.trim()}));
  } else if (kind === 'number') {
    input = typed('text', String(shownValue), given => whole(given.trim()));
  } else {
    input = typed(kind, shownValue, given => given);
  }
  return h('div', {key: id}, h('label', {for: id}, title), input, hint && h('p', {class: 'soft', id: `${id}-hint`}, hint), fault);
}

// What is wrong with a table, such as a key that it lacks: its head is named then.
function faultsOfTable(table) {
  const within = linesOf(text, table);
  return within && list('Not right yet', faultsOf(within[0]), 'bad');
}

// With balancing the vhids are those of carpnodes, each with an advskew of its own; without it there is one of each.
function balance(table, mode) {
  const before = read(text, table, 'balancing') ?? 'off';
  const nodes = [...(read(text, table, 'carpnodes') ?? '').matchAll(/(\d+)\s*=\s*(\d+)/g)].map(one => [Number(one[1]), Number(one[2])]);
  let next = write(text, table, 'balancing', mode === 'off' ? '' : mode);
  if (mode !== 'off' && nodes.length === 0) {
    const vhid = read(text, table, 'vhid') ?? 1;
    const advskew = read(text, table, 'advskew') ?? 0;
    next = write(next, table, 'carpnodes', {raw: `{ ${vhid} = ${advskew}, ${vhid + 1} = ${advskew === 0 ? 100 : 0} }`});
    next = write(write(next, table, 'vhid', ''), table, 'advskew', '');
  } else if (mode === 'off' && before !== 'off' && nodes.length > 0) {
    next = write(write(next, table, 'vhid', nodes[0][0]), table, 'advskew', nodes[0][1]);
    next = write(next, table, 'carpnodes', '');
  }
  return next;
}

const MODES = ['off', 'ip', 'ip-stealth', 'ip-unicast'];

function identity(changed, table) {
  return (read(text, table, 'balancing') ?? 'off') === 'off'
    ? [field(changed, table, 'vhid', 'VHID group', 'number', '', '1 to 255, the same on all nodes'),
      field(changed, table, 'advskew', 'Advertising frequency: skew', 'number', 0, 'The node with the lower one is preferred')]
    : field(changed, table, 'carpnodes', 'VHID groups that share, each with its skew', 'raw', '', 'The same VHIDs on all nodes; each node prefers another one: { 1 = 0, 2 = 100 } here, { 1 = 100, 2 = 0 } there');
}

function fields(changed) {
  return [
    h('section', {class: 'card', key: 'global'}, h('h2', null, 'All virtual hosts'), h('div', {class: 'fields'},
      field(changed, 'global', 'preempt', 'Preemption: roles move together, and back to the preferred node', 'bool', true),
      field(changed, 'global', 'arpbalance', 'Load balancing by ARP', 'bool', false))),
    tables(text, 'carp').map(table => h('section', {class: 'card', key: table},
      h('h2', null, `Virtual host ${table.slice('carp.'.length)}`),
      faultsOfTable(table),
      h('div', {class: 'fields'},
        field(changed, table, 'carpdev', 'Interface', 'text', ''),
        identity(changed, table),
        field(changed, table, 'balancing', 'Load balancing', MODES, 'off', 'How several nodes share the packets of these addresses out', mode => balance(table, mode)),
        field(changed, table, 'address', 'Virtual addresses and masks', 'list', ''),
        read(text, table, 'pass') === undefined
          ? field(changed, table, 'passFile', 'File of the password', 'text', '', 'Mode 0600, the same password on all nodes')
          : field(changed, table, 'pass', 'Password', 'password', ''),
        field(changed, table, 'advbase', 'Advertising frequency: base, in seconds', 'number', read(text, 'global', 'advbase') ?? 1),
        field(changed, table, 'mac', 'MAC address', ['virtual', 'interface'], 'virtual'),
        field(changed, table, 'group', 'Fails over with the group', 'text', '')))),
  ];
}

// The switch of pfSense: the table is there or not. What it must have stands in it from the beginning.
function synchronize(changed, on) {
  setText(on ? `${text.trimEnd()}\n\n[pfsync]\nsyncdev = ""\nkeys = { 1 = "sync.key" }\n` : remove(text, 'pfsync'));
  check(changed);
}

function pfsyncFields(changed) {
  const on = tables(text, 'pfsync').length > 0;
  return h('section', {class: 'card', key: 'pfsync'}, h('h2', null, 'Synchronize states'),
    h('label', {class: 'inline', for: 'pfsync-on'}, h('input', {id: 'pfsync-on', type: 'checkbox', checked: on,
      onchange: event => synchronize(changed, event.target.checked)}), 'Replicate the states to the other nodes'),
    !on ? h('p', {class: 'soft'}, 'Off: connections do not survive a failover.') : [
      faultsOfTable('pfsync'),
      h('div', {class: 'fields'},
        field(changed, 'pfsync', 'syncdev', 'Synchronize interface', Array.isArray(read(text, 'pfsync', 'syncdev')) ? 'list' : 'text', ''),
        field(changed, 'pfsync', 'syncpeer', 'Peer addresses; empty for multicast', 'list', ''),
        field(changed, 'pfsync', 'keys', 'Keys and their files', 'raw', '', 'The same keys on all nodes; carpctl key new makes one'))]);
}

async function check(changed) {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const asked = text;
    try {
      const answer = await post('config/check', {text: asked});
      if (asked !== text) return;
      checked = answer;
    } catch (failure) {
      checked = {faults: [{line: 1, column: 1, message: failure.message}], warnings: []};
    }
    checkedText = asked;
    changed();
  }, CHECK_MILLIS);
  changed();
}

function editor(changed) {
  const changes = difference(file.text, text);
  const well = checked && checkedText === text && checked.faults.length === 0;
  return h('section', {class: 'card', key: 'editor'},
    h('h2', null, 'The whole file'),
    h('p', {class: 'soft', id: 'check-note'}, 'Checked while you type, by the daemon itself, against the interfaces and files of this host. ******** stands for a password that stays.'),
    h('label', {for: 'toml'}, 'Configuration, TOML'),
    h('textarea', {id: 'toml', spellcheck: 'false', 'aria-describedby': 'check-note check-result', initial: text, oninput: event => { text = event.target.value; check(changed); }}),
    h('div', {id: 'check-result', role: 'status'}, checked && (checked.faults.length === 0
      ? h('p', {class: 'note good'}, '✓ No fault.')
      : list(`${checked.faults.length} ${checked.faults.length === 1 ? 'fault' : 'faults'}`, checked.faults, 'bad')),
    checked && list('Warnings', checked.warnings, 'warn')),
    changes.length > 0 && [
      h('h3', null, 'What would change'),
      h('pre', {class: 'diff', tabindex: 0, 'aria-label': 'What would change'}, changes.map(([sign, line]) =>
        h('div', {class: sign === '+' ? 'good' : 'bad'}, `${sign} ${line}`)))],
    h('div', {class: 'buttons'},
      h('button', {type: 'button', class: 'main', disabled: !well || changes.length === 0 || trial !== null, onclick: () => apply(changed)}, 'Apply'),
      h('button', {type: 'button', disabled: changes.length === 0, onclick: () => { setText(file.text); changed(); }}, 'Discard'),
      h('label', {class: 'inline', for: 'both'}, h('input', {id: 'both', type: 'checkbox', checked: both, onchange: event => { both = event.target.checked; }}),
        'On all nodes at one moment, each with its own file')),
    h('p', {class: 'soft'}, `Applied for ${TRY_SECONDS} seconds: unless you keep it within that, the daemon and the file go back by themselves.`));
}

async function apply(changed) {
  try {
    const answer = await post('config/apply', {text, seconds: TRY_SECONDS, ...(both ? {both} : {})});
    if (answer.seconds > 0) {
      trial = {text: answer.text.trim(), untilMillis: Date.now() + answer.seconds * 1000};
      tick(changed);
    } else {
      say(answer.text.trim());
    }
  } catch (failure) {
    trouble = failure.message;
    say(failure.message);
  }
  await enter(changed);
}

function tick(changed) {
  if (!trial) return;
  if (Date.now() > trial.untilMillis + 2500) {
    trial = null;
    say('Not kept: the node and the file are as before.');
    enter(changed);
    return;
  }
  changed();
  setTimeout(() => tick(changed), 1000);
}

function countdown(changed) {
  if (!trial) return null;
  const left = Math.max(0, Math.ceil((trial.untilMillis - Date.now()) / 1000));
  const keep = async () => {
    try {
      await post('config/confirm');
      trial = null;
      say('The change stays.');
    } catch (failure) {
      say(failure.message);
    }
    await enter(changed);
  };
  return h('section', {class: 'note warn', key: 'trial', 'aria-label': 'A change is tried'},
    h('h2', null, left > 0 ? `Tried for ${left} more seconds` : 'Going back'),
    h('pre', {tabindex: 0, 'aria-label': 'What was changed'}, trial.text),
    h('p', null, h('button', {type: 'button', class: 'main', onclick: keep, disabled: left === 0}, 'Keep the change')));
}
