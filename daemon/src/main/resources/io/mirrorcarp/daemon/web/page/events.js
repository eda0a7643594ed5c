// SPDX-License-Identifier: BSD-2-Clause
// What happened on this node, newest first.
import {h} from './view.js';
import {node} from './node.js';

export const wants = [];

let subject = '';
let text = '';

export function view(changed) {
  const subjects = [...new Set(node.events.map(event => event.subject))].sort();
  const shown = node.events.filter(event => (!subject || event.subject === subject)
    && event.message.toLowerCase().includes(text.toLowerCase()));
  return h('section', {class: 'card'},
    h('h2', null, 'Events'),
    h('div', {class: 'buttons'},
      h('label', {class: 'inline'}, 'Of ', h('select', {onchange: event => { subject = event.target.value; changed(); }},
        h('option', {value: ''}, 'all'), subjects.map(name => h('option', {value: name}, name)))),
      h('label', {class: 'inline'}, 'With ', h('input', {type: 'search', oninput: event => { text = event.target.value; changed(); }}))),
    node.missed > 0 && h('p', {class: 'soft'}, `${node.missed} events were not read in time.`),
    shown.length === 0 ? h('p', {class: 'soft'}, 'None.') : h('ol', {class: 'events', reversed: true}, shown.map(line)));
}

function line(event) {
  const change = event.to !== undefined;
  return h('li', null,
    h('time', {datetime: event.time, title: event.time}, clock(event.time)),
    h('span', {class: 'soft'}, event.subject),
    h('span', {class: change ? 'text change' : 'text'}, event.message));
}

// In the time of the reader, with the day unless it is today.
function clock(time) {
  const date = new Date(time);
  const day = date.toDateString() === new Date().toDateString() ? '' : `${date.toLocaleDateString(undefined, {month: 'short', day: 'numeric'})} `;
  return day + date.toLocaleTimeString(undefined, {hour12: false}) + `.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
