// SPDX-License-Identifier: BSD-2-Clause
// Who is master, since when and why; may I fail over now.
import {h} from './view.js';
import {get, mayOperate, node} from './node.js';
import {act, confirm} from './dialog.js';
import {age, badge, ending, mark, number} from './words.js';

export const wants = ['peers'];

export function view() {
  const status = node.status;
  return [
    clash(status),
    readiness(status),
    h('div', {class: 'pair'}, thisNode(status), peers(status)),
    virtualHosts(status),
    demotion(status),
    actions(status),
  ];
}

function role(status) {
  const count = state => status.vhids.filter(host => host.state === state).length;
  const all = status.vhids.length;
  const there = ['master', 'backup', 'init'].filter(state => count(state) > 0);
  return there.length > 0 ? there.map(state => [badge(state), ` ${count(state)} of ${all} `]) : 'no virtual host';
}

function losses(status) {
  const lost = (status.conntrack.uncarried || []).map(({kind, flows}) => `${flows} ${flows === 1 ? 'flow' : 'flows'} of ${kind}`);
  return lost.length === 0 ? 'The peer could take over now, and no connection would be lost.'
    : `The peer could take over now. What cannot be carried would end: ${lost.join(', ')}.`;
}

// Of which this node is master, and another one says so of itself too.
function clash(status) {
  const names = status.vhids.filter(host => isContested(host, status)).map(host => host.name);
  return names.length > 0 && h('section', {class: 'note bad', role: 'alert', key: 'clash'}, h('h2', null, '✗ Two masters'),
    h('p', null, `This node and another one both answer for ${names.join(', ')}: connections break until the nodes hear one another's advertisements.`));
}

const isContested = (host, status) => host.state === 'master' && elsewhere(host, status).some(([, found]) => found.state === 'master');

function readiness(status) {
  if (status.failoverReady) {
    return h('section', {class: 'note good'}, h('h2', null, '✓ Ready to fail over'),
      h('p', null, losses(status)));
  }
  return h('section', {class: 'note warn'}, h('h2', null, '! Not ready to fail over'),
    h('ul', null, status.failoverBlockedBy.map(reason => h('li', null, reason))));
}

function pairs(entries) {
  return h('dl', null, entries.filter(entry => entry).map(([name, value]) => [h('dt', null, name), h('dd', null, value)]));
}

function thisNode(status) {
  const table = status.conntrack;
  return h('section', {class: 'card', 'aria-label': `This node, ${status.node}`},
    h('h2', null, `${status.node} (this node)`),
    h('p', null, role(status)),
    pairs([
      ['Up', age(status.uptimeSeconds)],
      ['Demotion', status.demotion],
      ['Maintenance', status.maintenance ? 'on' : 'off'],
      ['States', `${number(table.entries)} of ${number(table.limit)}`],
      ['Host id', status.hostId],
    ]));
}

function peers(status) {
  const known = status.pfsync.peers;
  if (known.length === 0) {
    return h('section', {class: 'card', 'aria-label': 'The peer'},
      h('h2', null, 'Peer'),
      h('p', null, badge(status.pfsync.state)),
      h('p', null, status.pfsync.state === 'off'
        ? 'pfsync is off: connections do not survive a failover.'
        : `No peer was seen on ${devices(status.pfsync.syncdev)}.`));
  }
  return known.map(peer => h('section', {class: 'card', 'aria-label': `Peer ${peer.node}`},
    h('h2', null, `${peer.node} (peer)`),
    h('p', null, badge(peer.state), ' ', peerRole(status, peer)),
    pairs([
      told(peer) && ['Up', age(told(peer).uptimeSeconds)],
      told(peer) && ['Demotion', told(peer).demotion],
      told(peer) && ['Maintenance', told(peer).maintenance ? 'on' : 'off'],
      ['Heard', `${age(peer.lastSeenSeconds)} ago at ${peer.address}`],
      // What a peer that is silent said last is no news.
      peer.state !== 'lost' && ['Its table', peer.digestMatches ? 'equal to ours' : 'not equal to ours'],
      peer.state !== 'lost' && ['Behind by', peer.idle ? 'idle' : `${peer.lagMillis.toFixed(0)} ms`],
      peer.state !== 'lost' && ['States', told(peer) ? `${number(told(peer).conntrack.entries)} of ${number(told(peer).conntrack.limit)}` : number(peer.entries)],
      peer.version && ['Version', peer.version],
      peer.configDifferences > 0 && ['Settings', `${number(peer.configDifferences)} differ from ours: carpctl config diff --peer`],
      peer.state !== 'lost' && peer.ready !== undefined && ['Ready', peer.ready ? 'yes' : (peer.notReadyBecause || []).join('; ')],
      ['Host id', peer.hostId],
    ])));
}

const told = peer => peer.state !== 'lost' && node.peers.find(one => one.hostId === peer.hostId);

const devices = syncdev => (Array.isArray(syncdev) ? syncdev.join(', ') : syncdev);

// Whom its advertisements were heard from, it does not tell; only a master sends them.
function peerRole(status, peer) {
  if (told(peer)) return role(told(peer));
  const heard = status.vhids.filter(isHeard).length;
  return peer.state === 'lost' || heard === 0 ? null : h('span', {class: 'soft'}, `advertises ${heard} of ${status.vhids.length}`);
}

// A node that became master heard the one before; only what came since then tells of another master.
const isHeard = host => host.peers.some(peer => peer.lastSeenSeconds
  < (host.state === 'master' ? host.sinceSeconds : 3 * host.advbase + 1));

// The same virtual host there, in that node's own words: of the same addresses, or else of the same name.
function counterpart(host, told) {
  const same = one => one.addresses.join() === host.addresses.join();
  return told.vhids.find(same) || told.vhids.find(one => one.name === host.name);
}

// What those say of it that answer.
function elsewhere(host, status) {
  const there = status.pfsync.peers.filter(peer => peer.state !== 'lost').map(peer => peer.hostId);
  return node.peers.filter(one => there.includes(one.hostId)).map(one => [one, counterpart(host, one)]).filter(([, found]) => found);
}

function otherNode(host, status) {
  const told = elsewhere(host, status);
  if (told.length > 0) {
    return told.map(([one, found]) => h('div', null, isContested(host, status) && found.state === 'master' ? mark('bad', '✗ MASTER') : badge(found.state),
      h('div', {class: 'soft'}, `${one.node}, since ${age(found.sinceSeconds)}: ${found.reason}`)));
  }
  if (isHeard(host)) {
    const peer = host.peers.reduce((a, b) => (a.lastSeenSeconds < b.lastSeenSeconds ? a : b));
    return [badge('master'), h('div', {class: 'soft'}, `${peer.address}, skew ${peer.advskew}, heard ${age(peer.lastSeenSeconds)} ago`)];
  }
  const lives = status.pfsync.peers.some(peer => peer.state !== 'lost');
  if (host.state === 'master') return h('span', {class: 'soft'}, lives ? 'silent, as a backup is' : 'not heard');
  return h('span', {class: 'soft'}, 'not heard');
}

function virtualHosts(status) {
  const cell = (label, content, kind) => h('td', {'data-label': label, class: kind}, h('div', null, content));
  return h('section', {class: 'card'},
    h('table', {class: 'stack'},
      h('caption', null, 'Virtual hosts'),
      h('thead', null, h('tr', null, ['Interface and VHID', 'Virtual address', 'This node', 'Since', 'Why', 'Other node'].map(title => h('th', {scope: 'col'}, title)))),
      h('tbody', null, status.vhids.map(host => h('tr', {key: host.name},
        h('th', {scope: 'row', 'data-label': 'Interface and VHID'}, h('div', null, `${host.name}@${host.vhid}`, h('div', {class: 'soft'}, host.carpdev))),
        cell('Virtual address', host.addresses.map(address => h('div', {class: 'addresses'}, address))),
        cell('This node', badge(host.state)),
        cell('Since', age(host.sinceSeconds), 'addresses'),
        cell('Why', host.reason),
        cell('Other node', otherNode(host, status)))))));
}

function demotion(status) {
  if (status.demotionSources.length === 0) return null;
  const columns = ['Source', 'Value', 'Since', 'Reason', 'Ends'];
  const cell = (index, content) => h('td', {'data-label': columns[index]}, h('div', null, content));
  return h('section', {class: 'card'},
    h('table', {class: 'stack'},
      h('caption', null, `Demotion ${status.demotion}`),
      h('thead', null, h('tr', null, columns.map(title => h('th', {scope: 'col'}, title)))),
      h('tbody', null, status.demotionSources.map(source => h('tr', null,
        h('th', {scope: 'row', 'data-label': columns[0]}, h('div', null, source.source + (source.group ? `, group ${source.group}` : ''))),
        cell(1, `+${source.value}`), cell(2, age(source.sinceSeconds)), cell(3, source.reason), cell(4, ending(source)))))),
    mayOperate() && status.demotionSources.some(source => source.source === 'admin') && h('p', null,
      h('button', {type: 'button', onclick: () => act('demote', {reset: true}, 'Reset.')}, 'Reset CARP demotion status')));
}

function actions(status) {
  const disabled = status.demotionSources.some(source => source.source === 'allow');
  const may = mayOperate();
  return h('section', {class: 'card'},
    h('h2', null, 'Actions'),
    h('div', {class: 'buttons'},
      status.vhids.some(host => host.state === 'master') && h('button', {type: 'button', key: 'failover', disabled: !may || !status.failoverReady, onclick: failover}, 'Fail over now'),
      status.maintenance
        ? h('button', {type: 'button', class: 'main', disabled: !may, onclick: () => act('maintenance', {on: false}, 'This node has left maintenance mode.')}, 'Leave persistent CARP maintenance mode')
        : h('button', {type: 'button', disabled: !may, onclick: enterMaintenance}, 'Enter persistent CARP maintenance mode'),
      disabled
        ? h('button', {type: 'button', class: 'main', disabled: !may, onclick: () => act('disable', {on: false}, 'CARP is enabled.')}, 'Enable CARP')
        : h('button', {type: 'button', class: 'danger', disabled: !may, onclick: disable}, 'Temporarily disable CARP')),
    !may && h('p', {class: 'soft'}, node.session.logins
      ? 'Log in as a user with the role operate to use these.'
      : 'These pages only show: nobody can log in until admin.authFile names a file of users.'));
}

function enterMaintenance() {
  // The question has named what is against it.
  const force = !node.status.failoverReady;
  confirm({
    title: 'Enter persistent CARP maintenance mode?',
    text: `${warning()} The other node takes over, also after a restart of this one, until the mode is left.`,
    button: 'Enter maintenance mode', reason: 'maintenance',
  }, reason => act('maintenance', {on: true, reason, force}, 'This node is in maintenance mode.'));
}

async function failover() {
  const peers = await get('states?missing=true').then(answer => answer.peers, () => []);
  const lacking = peers.reduce((sum, peer) => sum + peer.missing.length, 0);
  confirm({
    title: 'Fail over now?',
    text: `The peer is ready and lacks ${lacking === 0 ? 'no state' : `${number(lacking)} ${lacking === 1 ? 'state' : 'states'}`}. This node waits until the peer holds every state, then hands over all that it is master of.`,
    button: 'Fail over',
  }, () => act('failover', {wait: '10s'}, 'The other node has taken over.'));
}

function disable() {
  confirm({
    title: 'Temporarily disable CARP on this node?',
    text: `${warning()} This node takes no part in the election until CARP is enabled again or carpd restarts.`,
    button: 'Disable CARP', danger: true,
  }, () => act('disable', {on: true}, 'CARP is disabled on this node.'));
}

const warning = () => (node.status.failoverReady ? 'The peer is ready to take over.'
  : `The pair is not ready (${node.status.failoverBlockedBy.join('; ')}): connections may be lost.`);
