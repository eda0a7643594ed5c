// SPDX-License-Identifier: BSD-2-Clause
// The configuration: what runs, and a check of what one would write.
import {h} from './view.js';
import {get, mayOperate, node, post} from './node.js';

export const wants = [];

const CHECK_MILLIS = 400;

let configuration = null;
let trouble = '';
let checked = null;
let waiting = null;

export function enter(changed) {
  get('config').then(answer => { configuration = answer; trouble = ''; }, failure => { trouble = failure.message; }).then(changed);
}

export function view(changed) {
  if (trouble) return h('p', {class: 'note bad'}, trouble);
  if (!configuration) return h('p', {class: 'soft'}, 'Asking …');
  return [
    h('section', {class: 'card'},
      h('h2', null, 'Settings'),
      h('p', null, h('code', null, configuration.file), configuration.fileIsRunning
        ? ' says what runs.'
        : ' says something else than what runs: carpctl reload or a restart takes it.'),
      list('Faults of the file', configuration.faults, 'bad'),
      list('Warnings', configuration.warnings, 'warn')),
    fields(),
    h('section', {class: 'card', key: 'all'}, h('details', null, h('summary', null, h('h2', null, 'All of it, with every default')),
      h('pre', {tabindex: 0, 'aria-label': 'The running configuration'}, configuration.running))),
    mayOperate() && editor(changed),
  ];
}

function list(title, findings, kind) {
  return findings.length > 0 && h('div', {class: `note ${kind}`}, h('h3', null, title),
    h('ul', null, findings.map(finding => h('li', null, `line ${finding.line}, column ${finding.column}: ${finding.message}`))));
}

// The fields of pfSense, by its names.
function fields() {
  const pfsync = node.status.pfsync;
  const columns = ['Name', 'Interface', 'VHID group', 'Virtual address and mask', 'Advertising frequency', 'Fails over with'];
  return h('section', {class: 'card'},
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

function editor(changed) {
  const check = text => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      try {
        checked = await post('config/check', {text});
      } catch (failure) {
        checked = {faults: [{line: 1, column: 1, message: failure.message}], warnings: []};
      }
      changed();
    }, CHECK_MILLIS);
  };
  return h('section', {class: 'card', key: 'editor'},
    h('h2', null, 'Check a configuration'),
    h('p', {class: 'soft', id: 'check-note'}, 'Checked while you type, by the daemon itself, against the interfaces and files of this host. Nothing is written: put it into the file, then carpctl reload.'),
    h('label', {for: 'toml'}, 'Configuration, TOML'),
    h('textarea', {id: 'toml', spellcheck: 'false', 'aria-describedby': 'check-note check-result', initial: configuration.running, oninput: event => check(event.target.value)}),
    h('div', {id: 'check-result', role: 'status'}, checked && (checked.faults.length === 0
      ? h('p', {class: 'note good'}, '✓ No fault.')
      : list(`${checked.faults.length} ${checked.faults.length === 1 ? 'fault' : 'faults'}`, checked.faults, 'bad')),
    checked && list('Warnings', checked.warnings, 'warn')));
}
