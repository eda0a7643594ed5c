// SPDX-License-Identifier: BSD-2-Clause
// How replication stands, in words, in lines and in counters.
import {h} from './view.js';
import {mayOperate, meaning, node} from './node.js';
import {act} from './dialog.js';
import {chart} from './chart.js';
import {age, badge, number} from './words.js';

export const wants = ['stats', 'peers', 'backlog'];

const VERDICTS = {
  off: 'pfsync is off: connections do not survive a failover. Add [pfsync] to the configuration.',
  alone: 'No peer was seen. Is it up, and has it the same key?',
  bulk: 'A bulk update is under way: this node takes no address from a master until it is whole.',
  'in-sync': 'Both nodes hold the same states.',
  lagging: 'The peer is behind: a failover now would lose the latest changes.',
  'one-way': 'Frames go one way only: check that protocol 240 may pass the sync device on both nodes.',
  lost: 'The peer is silent: check its daemon and the link of the sync device.',
};

export function view() {
  const pfsync = node.status.pfsync;
  return [
    h('section', {class: 'card'},
      h('h2', null, 'State sync ', badge(pfsync.state)),
      h('p', null, VERDICTS[pfsync.state]),
      pfsync.degraded && h('p', {class: 'note warn'}, `Degraded: ${pfsync.degraded}. Bulk sync asks the peer again.`),
      pfsync.bulk.running && h('p', null, `Bulk update: ${number(pfsync.bulk.received)} of ${number(pfsync.bulk.expected)} states`),
      pfsync.paths.length > 1 && h('ul', null, pfsync.paths.map(path => h('li', {class: path.fault ? 'note warn' : ''},
        `Path ${path.device}: ${path.fault || (path.inUse ? 'in use' : 'spare')}`))),
      h('div', {class: 'buttons'},
        h('button', {type: 'button', disabled: !mayOperate() || pfsync.state === 'off', onclick: () => act('bulk', {}, 'Asked.')}, 'Bulk sync now'),
        h('button', {type: 'button', disabled: !mayOperate() || pfsync.state === 'off', onclick: () => act('verify', {}, 'Equal.')}, 'Verify'))),
    h('div', {class: 'charts'},
      chart('Events of the kernel', 'per second', node.history.map(point => point.rate)),
      chart('Lag of the peer', 'ms', node.history.map(point => point.lagHalf),
        {name: 'p50', second: node.history.map(point => point.lagMost), secondName: 'p99', digits: 1, still: pfsync.peers.some(isThere) ? 'idle: nothing is on its way' : 'no peer answers'}),
      chart('Backlog', 'frames', node.history.map(point => point.backlog)),
      fill()),
    h('p', {class: 'soft'}, 'The lag is looked at every two seconds; p50 and p99 are those of the last minute. The backlog is what no peer has acknowledged.'),
    ids(),
    counters('pfsync', 'State channel'),
    counters('conntrack', 'Connection tracking'),
    counters('carp', 'CARP'),
  ];
}

const isThere = peer => peer.state !== 'lost';

function fill() {
  const status = node.status;
  const own = [`${status.node} (this node)`, status.conntrack.entries, status.conntrack.limit];
  // A peer that does not answer has told its number of states only, and what one that is silent said last is no news.
  const rows = [own, ...status.pfsync.peers.filter(isThere).map(peer => {
    const told = node.peers.find(one => one.hostId === peer.hostId);
    return told ? [peer.node, told.conntrack.entries, told.conntrack.limit] : [peer.node, peer.entries, status.conntrack.limit];
  })];
  return h('section', {class: 'card'},
    h('h2', null, 'States in the tables'),
    rows.map(([name, entries, limit], index) => [
      h('label', {for: `fill${index}`}, `${name}: ${number(entries)} of ${number(limit)}`),
      h('meter', {id: `fill${index}`, min: 0, max: limit || 1, high: 0.8 * limit, value: entries})]));
}

function ids() {
  const status = node.status;
  const rows = [[status.hostId, `${status.node} (this node)`, ''], ...status.pfsync.peers.map(peer => [peer.hostId, peer.node, `${age(peer.lastSeenSeconds)} ago`])];
  return h('section', {class: 'card'}, h('table', null,
    h('caption', null, 'State creator host IDs: both nodes must show the same list'),
    h('thead', null, h('tr', null, ['Host id', 'Node', 'Heard'].map(title => h('th', {scope: 'col'}, title)))),
    h('tbody', null, rows.map(row => h('tr', null, row.map(cell => h('td', null, cell)))))));
}

function counters(part, title) {
  const counts = node.stats && node.stats[part];
  if (!counts || Object.keys(counts).length === 0) return null;
  return h('section', {class: 'card', key: part}, h('details', {open: part === 'pfsync'}, h('summary', null, h('h2', null, `${title}: counters`)),
    h('table', null,
      h('thead', null, h('tr', null, h('th', {scope: 'col'}, 'Counted'), h('th', {scope: 'col', class: 'number'}, 'Number'))),
      h('tbody', null, Object.entries(counts).map(([name, count]) => h('tr', null,
        h('td', null, h('span', {title: meaning(part, name).help}, meaning(part, name).words)), h('td', {class: 'number'}, number(count))))))));
}
