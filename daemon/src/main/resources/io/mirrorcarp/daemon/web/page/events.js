// SPDX-License-Identifier: BSD-2-Clause
// What happened on this node and its peers, newest first.
import {h} from './view.js';
import {node} from './node.js';

export const wants = ['peerEvents'];

let from = '';
let subject = '';
let text = '';

export function view(changed) {
  const all = timeLine();
  const of = name => [...new Set(all.map(event => event[name]))].sort();
  const shown = all.filter(event => (!from || event.node === from) && (!subject || event.subject === subject)
    && event.message.toLowerCase().includes(text.toLowerCase()));
  return h('section', {class: 'card'},
    h('h2', null, 'Events'),
    h('div', {class: 'buttons'},
      choice('On', of('node'), name => { from = name; changed(); }),
      choice('Of', of('subject'), name => { subject = name; changed(); }),
      h('label', {class: 'inline'}, 'With ', h('input', {type: 'search', oninput: event => { text = event.target.value; changed(); }}))),
    node.peerEvents.size > 0 && h('p', {class: 'soft'}, 'Each node tells the time by its own clock.'),
    node.missed > 0 && h('p', {class: 'soft'}, `${node.missed} events were not read in time.`),
    shown.length === 0 ? h('p', {class: 'soft'}, 'None.') : h('ol', {class: 'events', reversed: true}, shown.map(line)));
}

// Of all nodes; each entry tells which.
function timeLine() {
  const own = node.events.map(event => ({...event, node: node.session.node}));
  const peers = [...node.peerEvents.values()].flatMap(peer => peer.events.map(event => ({...event, node: peer.node})));
  return [...own, ...peers].sort((a, b) => (a.time === b.time ? b.sequence - a.sequence : a.time < b.time ? 1 : -1));
}

function choice(title, names, choose) {
  return h('label', {class: 'inline'}, `${title} `, h('select', {onchange: event => choose(event.target.value)},
    h('option', {value: ''}, 'all'), names.map(name => h('option', {value: name}, name))));
}

function line(event) {
  const change = event.to !== undefined;
  return h('li', null,
    h('time', {datetime: event.time, title: event.time}, clock(event.time)),
    h('span', {class: 'soft'}, node.peerEvents.size > 0 ? `${event.node} ${event.subject}` : event.subject),
    h('span', {class: change ? 'text change' : 'text'}, event.message));
}

// In the time of the reader, with the day unless it is today.
function clock(time) {
  const date = new Date(time);
  const day = date.toDateString() === new Date().toDateString() ? '' : `${date.toLocaleDateString(undefined, {month: 'short', day: 'numeric'})} `;
  return day + date.toLocaleTimeString(undefined, {hour12: false}) + `.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
