// SPDX-License-Identifier: BSD-2-Clause
// The connections of this node: found by address, port and protocol, with their translation; and what the peers lack.
import {h} from './view.js';
import {get, mayOperate, node, post} from './node.js';
import {confirm, say} from './dialog.js';
import {age, number} from './words.js';

export const wants = [];

const LIMIT = 100;
const PROTOCOLS = ['', 'tcp', 'udp', 'icmp', 'icmpv6', 'sctp', 'gre'];
const FIELDS = [['address', 'Address', 'text'], ['port', 'Port', 'number'], ['proto', 'Protocol', 'choice'], ['owner', 'Owner', 'text']];

const sought = {address: '', port: '', proto: '', owner: ''};
let offset = 0;
let page = null;
let missing = null;
let notHere = null;
let trouble = '';

export async function enter(changed) {
  const query = new URLSearchParams({offset, limit: LIMIT});
  Object.entries(sought).filter(([, value]) => value).forEach(([name, value]) => query.set(name, value));
  try {
    page = await get(`states?${query}`);
    trouble = '';
  } catch (failure) {
    page = null;
    trouble = failure.message;
  }
  [missing, notHere] = await Promise.all(['true', 'here'].map(which => get(`states?missing=${which}`).catch(() => null)));
  changed();
}

export function view(changed) {
  return [search(changed), h('section', {class: 'card', key: 'states'},
    trouble ? h('p', {class: 'note bad', role: 'alert'}, trouble)
      : !page ? h('p', {class: 'soft'}, 'Asking …')
        : page.states.length === 0 ? h('p', {class: 'soft'}, 'No state matches.') : [table(changed), pages(changed)]), lacks(), onlyThere(), everything(changed)];
}

function lacks() {
  const peers = missing && missing.peers;
  return peers && h('section', {class: 'card', key: 'lacks'},
    h('h2', null, 'Only here'),
    peers.length === 0 ? h('p', {class: 'soft'}, 'There is no peer.') : peers.map(peer => h('div', null,
      h('p', null, peer.missing.length === 0
        ? `${peer.node} has acknowledged every state${peer.digestMatches ? ', and its digests are equal' : ''}.`
        : `${peer.node} has not acknowledged ${changes(peer.missing.length)}: a failover now would lose them.`),
      flows(peer.missing))));
}

// In the peers' own words; one that does not answer is not in the list.
function onlyThere() {
  const peers = notHere && notHere.peers;
  return peers && h('section', {class: 'card', key: 'there'},
    h('h2', null, 'Only on the peer'),
    peers.length === 0 ? h('p', {class: 'soft'}, 'No peer answers.') : peers.map(peer => h('div', null,
      h('p', null, peer.missing.length === 0
        ? `This node has acknowledged every state of ${peer.node}.`
        : `This node has not acknowledged ${changes(peer.missingCount)} of ${peer.node}.`),
      flows(peer.missing))));
}

const changes = count => `${number(count)} ${count === 1 ? 'change' : 'changes'}`;

const flows = list => list.length > 0 && h('ul', null, list.slice(0, 20).map(flow =>
  h('li', null, `${flow.action}: protocol ${flow.protoNumber}, ${end(flow.src, flow.sport)} to ${end(flow.dst, flow.dport)}`)));

function search(changed) {
  const submit = event => {
    event.preventDefault();
    FIELDS.forEach(([name]) => { sought[name] = document.getElementById(`find-${name}`).value.trim(); });
    offset = 0;
    enter(changed);
  };
  return h('form', {class: 'card', key: 'search', onsubmit: submit, role: 'search', 'aria-label': 'States'},
    h('h2', null, 'States'),
    h('div', {class: 'fields'}, FIELDS.map(([name, title, kind]) => h('div', null,
      h('label', {for: `find-${name}`}, title),
      kind === 'choice'
        ? h('select', {id: `find-${name}`}, PROTOCOLS.map(one => h('option', {value: one}, one || 'any')))
        : h('input', {id: `find-${name}`, type: kind, min: kind === 'number' ? 0 : null, max: kind === 'number' ? 65535 : null, autocomplete: 'off', spellcheck: 'false', initial: sought[name]}))),
    h('div', null, h('button', {class: 'main', type: 'submit'}, 'Search'))),
    h('p', {class: 'soft'}, 'An address or a prefix, of any end, translated or not.'));
}

const end = (address, port) => (port === undefined ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);

// What the other direction shows is the translation, where there is one.
function translation(state) {
  const reply = state.reply;
  const lines = [];
  if (reply.dst !== state.src || (reply.dport !== undefined && reply.dport !== state.sport)) lines.push(`source as ${end(reply.dst, reply.dport)}`);
  if (reply.src !== state.dst || (reply.sport !== undefined && reply.sport !== state.dport)) lines.push(`destination as ${end(reply.src, reply.sport)}`);
  return lines.map(line => h('div', null, line));
}

// The kernel has names for few.
const protocol = state => (state.proto === 'unknown' ? `protocol ${state.protoNumber}` : state.proto);

function table(changed) {
  const columns = ['Protocol', 'Source', 'Destination', 'Translated', 'State', 'Expires', 'Owner'];
  const cell = (index, content) => h('td', {'data-label': columns[index]}, h('div', null, content));
  return h('table', {class: 'stack'},
    h('caption', null, `States ${number(offset + 1)} to ${number(offset + page.states.length)}`),
    h('thead', null, h('tr', null, columns.map(title => h('th', {scope: 'col'}, title)), mayOperate() && h('th', {scope: 'col'}, 'Action'))),
    h('tbody', null, page.states.map(state => h('tr', null,
      cell(0, protocol(state) + (state.zone ? ` zone ${state.zone}` : '')), cell(1, end(state.src, state.sport)), cell(2, end(state.dst, state.dport)),
      cell(3, translation(state)), cell(4, state.state || (state.replied ? 'replied' : 'unreplied')),
      cell(5, state.timeoutSeconds === undefined ? '' : age(state.timeoutSeconds)), cell(6, state.owner || ''),
      mayOperate() && h('td', {'data-label': 'Action'}, h('button', {type: 'button', class: 'danger small', onclick: () => remove(state, changed),
        'aria-label': `Delete the state from ${end(state.src, state.sport)} to ${end(state.dst, state.dport)}`}, 'Delete'))))));
}

function pages(changed) {
  const turn = to => () => { offset = Math.max(0, to); enter(changed); };
  return (offset > 0 || page.more) && h('div', {class: 'buttons'},
    h('button', {type: 'button', disabled: offset === 0, onclick: turn(offset - LIMIT)}, 'Before'),
    h('button', {type: 'button', disabled: !page.more, onclick: turn(offset + LIMIT)}, 'Next'));
}

function everything(changed) {
  return mayOperate() && h('section', {class: 'card', key: 'all'},
    h('h2', null, 'All states'),
    h('p', {class: 'soft'}, 'This node and its peers forget every connection. One that the packet filter does not let begin anew is over.'),
    h('div', {class: 'buttons'}, h('button', {type: 'button', class: 'danger', onclick: () => confirm({
      title: 'Delete all states?',
      text: `All ${number(node.status.conntrack.entries)} states of this node are forgotten, here and on the peers.`,
      button: 'Delete all', danger: true,
    }, () => done('flush', {}, changed))}, 'Delete all states')));
}

async function done(action, body, changed) {
  try {
    say((await post(`actions/${action}`, body)).text.trim());
  } catch (failure) {
    say(failure.message);
  }
  enter(changed);
}

function remove(state, changed) {
  const filter = {src: state.src, dst: state.dst, proto: String(state.protoNumber), zone: state.zone};
  if (state.sport !== undefined) Object.assign(filter, {sport: state.sport, dport: state.dport});
  confirm({
    title: 'Delete this state?',
    text: `The connection from ${end(state.src, state.sport)} to ${end(state.dst, state.dport)} is forgotten here and on the peers.`,
    button: 'Delete', danger: true,
  }, () => done('delete', filter, changed));
}
