// SPDX-License-Identifier: BSD-2-Clause
// What is wrong with this node and its host, and what to do about it.
import {h} from './view.js';
import {lookAgain, meaning, node} from './node.js';
import {say} from './dialog.js';
import {mark, number} from './words.js';

export const wants = ['doctor', 'stats'];

const KINDS = {error: ['bad', '✗ error'], warning: ['warn', '! warning'], notice: ['calm', 'i notice']};

export function view() {
  const doctor = node.doctor;
  return [
    h('section', {class: 'card'},
      h('h2', null, 'Diagnostics'),
      !doctor ? h('p', {class: 'soft'}, 'Looking …')
        : doctor.findings.length === 0 ? h('p', null, mark('good', '✓ well'), ' Nothing to mend was found.')
          : doctor.findings.map(finding => h('div', {class: 'finding'},
            h('h3', null, mark(...(KINDS[finding.severity] || ['calm', finding.severity])), ` ${finding.text}`),
            h('p', null, finding.todo),
            h('p', {class: 'soft'}, finding.code))),
      h('p', null, h('button', {type: 'button', onclick: again}, 'Look again'))),
    node.stats && h('section', {class: 'card'}, h('table', null,
      h('caption', null, 'Requests to these pages'),
      h('thead', null, h('tr', null, h('th', {scope: 'col'}, 'Counted'), h('th', {scope: 'col', class: 'number'}, 'Number'))),
      h('tbody', null, Object.entries(node.stats.web).map(([name, count]) => h('tr', null,
        h('td', null, meaning('web', name).words), h('td', {class: 'number'}, number(count))))))),
  ];
}

async function again() {
  try {
    await lookAgain();
    say(`Looked: ${node.doctor.findings.length} ${node.doctor.findings.length === 1 ? 'finding' : 'findings'}.`);
  } catch (failure) {
    say(failure.message);
  }
}
