// SPDX-License-Identifier: BSD-2-Clause
// What the peers lack of this node's states.
import {h} from './view.js';
import {get} from './node.js';

export const wants = [];

let text = null;
let trouble = '';

export function enter(changed) {
  get('states').then(answer => { text = answer.text; trouble = ''; }, failure => { trouble = failure.message; }).then(changed);
}

export function view(changed) {
  return h('section', {class: 'card'},
    h('h2', null, 'States that the peers lack'),
    h('p', {class: 'soft'}, 'Changes of this node’s connections that its peers have not acknowledged yet: what a failover would lose.'),
    trouble ? h('p', {class: 'note bad'}, trouble)
      : text === null ? h('p', {class: 'soft'}, 'Asking …')
        : h('pre', {tabindex: 0, 'aria-label': 'States that the peers lack'}, text || 'There is no peer.'),
    h('p', null, h('button', {type: 'button', onclick: () => enter(changed)}, 'Ask again')));
}
