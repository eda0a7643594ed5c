// SPDX-License-Identifier: BSD-2-Clause
// The frame of the pages: which one is shown, and when it is shown anew.
import {h, render} from './view.js';
import {begin, logOut, mayRead, node, onChange, want} from './node.js';
import {login} from './login.js';
import {say} from './dialog.js';
import {mark} from './words.js';
import * as status from './status.js';
import * as sync from './sync.js';
import * as events from './events.js';
import * as diagnostics from './diagnostics.js';
import * as states from './states.js';
import * as settings from './settings.js';

const PAGES = [
  ['status', 'Status', status], ['sync', 'State sync', sync], ['events', 'Events', events],
  ['diagnostics', 'Diagnostics', diagnostics], ['states', 'States', states], ['settings', 'Settings', settings],
];

const head = document.getElementById('head');
const main = document.getElementById('main');
let page = PAGES[0];
let loggingIn = false;
let drawing = false;

// All changes of one moment are drawn together.
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    drawHead();
    render(main, content());
  });
}

function drawHead() {
  const session = node.session;
  const name = session ? session.node : 'carpd';
  document.title = `${page[1]} – ${name}`;
  render(head,
    h('div', {class: 'top'},
      h('h1', null, name),
      node.status && mayRead() && (node.status.failoverReady ? mark('good', '✓ ready') : mark('warn', '! not ready')),
      h('span', {class: 'space'}),
      session && session.user && h('span', null, `${session.user} (${session.role})`),
      session && session.user && h('button', {type: 'button', class: 'small', key: 'out', onclick: leave}, 'Log out'),
      session && session.logins && !session.user && !asksToLogIn() && h('button', {type: 'button', class: 'small', key: 'in', onclick: () => { loggingIn = true; draw(); }}, 'Log in')),
    h('nav', {'aria-label': 'Pages'}, PAGES.map(([key, title]) =>
      h('a', {href: `#/${key}`, 'aria-current': key === page[0] ? 'page' : null}, title))));
}

const asksToLogIn = () => loggingIn || (node.session && !mayRead() && node.session.logins);

function content() {
  const trouble = node.trouble && h('p', {class: 'note bad', role: 'alert', key: 'trouble'}, node.trouble);
  if (!node.session) return [trouble || h('p', {class: 'soft'}, 'Asking the node …')];
  if (asksToLogIn()) return [login(draw, () => { loggingIn = false; enter(); main.focus(); })];
  if (!node.status) return [trouble || h('p', {class: 'soft'}, 'Asking the node …')];
  return [trouble, page[2].view(draw)];
}

async function leave() {
  try {
    await logOut();
    say('You are logged out.');
  } catch (failure) {
    say(failure.message);
  }
}

function enter() {
  want(...page[2].wants);
  if (page[2].enter && mayRead()) page[2].enter(draw);
  draw();
}

function go() {
  if (location.hash === '#main') return;
  const key = location.hash.slice(2);
  page = PAGES.find(([name]) => name === key) || PAGES[0];
  loggingIn = false;
  render(main);
  enter();
}

onChange(draw);
addEventListener('hashchange', () => { go(); main.focus(); });
go();
begin().then(enter);
