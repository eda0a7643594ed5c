// SPDX-License-Identifier: BSD-2-Clause
import {h} from './view.js';
import {logIn, node} from './node.js';

let wrong = '';
let busy = false;

// The form, in place of a page that needs a login.
export function login(changed, done) {
  const submit = async event => {
    event.preventDefault();
    busy = true;
    changed();
    try {
      await logIn(document.getElementById('user').value, document.getElementById('password').value);
      wrong = '';
      done();
    } catch (failure) {
      wrong = failure.message;
      document.getElementById('password').value = '';
      document.getElementById('password').focus();
    }
    busy = false;
    changed();
  };
  return h('form', {class: 'card', onsubmit: submit, key: 'login'},
    h('h2', null, `Log in to ${node.session.node}`),
    h('label', {for: 'user'}, 'User'),
    h('input', {id: 'user', name: 'user', autocomplete: 'username', required: true, autocapitalize: 'none', spellcheck: 'false'}),
    h('label', {for: 'password'}, 'Password'),
    h('input', {id: 'password', name: 'password', type: 'password', autocomplete: 'current-password', required: true}),
    h('div', {role: 'alert'}, wrong && h('p', {class: 'note bad'}, wrong)),
    h('p', null, h('button', {class: 'main', type: 'submit', disabled: busy}, 'Log in')));
}
