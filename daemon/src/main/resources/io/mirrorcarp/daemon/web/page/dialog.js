// SPDX-License-Identifier: BSD-2-Clause
// Questions before something is done, and what came of it.
import {h, render} from './view.js';
import {ask, post} from './node.js';

const dialog = document.getElementById('dialog');
const said = document.getElementById('said');
let hiding = null;

// A sentence at the foot of the page, read out by a screen reader.
export function say(sentence) {
  render(said, h('p', null, sentence));
  clearTimeout(hiding);
  hiding = setTimeout(() => render(said), 8000);
}

export async function act(action, body, done) {
  try {
    const answer = await post(`actions/${action}`, body);
    say((answer.text || '').trim() || done);
  } catch (failure) {
    say(failure.message);
  }
  await ask();
}

// Asks whether to; with a reason where one is kept.
export function confirm({title, text, button, danger, reason}, action) {
  const submit = event => {
    event.preventDefault();
    const input = document.getElementById('dialog-reason');
    dialog.close();
    action(input ? input.value.trim() : '');
  };
  render(dialog, h('form', {method: 'dialog', onsubmit: submit, key: title},
    h('h2', {id: 'dialog-title'}, title),
    h('p', null, text),
    reason && h('label', {for: 'dialog-reason'}, 'Reason, for the log and the other administrators'),
    reason && h('input', {id: 'dialog-reason', maxlength: 200, required: true, autocomplete: 'off', initial: reason}),
    h('div', {class: 'buttons'},
      h('button', {type: 'button', onclick: () => dialog.close()}, 'Cancel'),
      h('button', {type: 'submit', class: danger ? 'danger' : 'main'}, button))));
  dialog.showModal();
}
