// SPDX-License-Identifier: BSD-2-Clause
// What the node says, and what it is asked to do. While the page is not seen nothing is asked for.
import {quantile} from './chart.js';

const API = '/api/v1/';
const INTERVAL_MILLIS = 2000;
// Where no chart is drawn: what changes comes with the events, and is asked for at once.
const CALM_MILLIS = 4000;
// After an answer that did not come, as when this machine's addresses change.
const RETRY_MILLIS = 1000;
const HISTORY = 300;
// Points in a minute.
const LATELY = 30;
const EVENTS_KEPT = 500;
const PEER_EVENTS_MILLIS = 5000;

export const node = {session: null, status: null, stats: null, words: null, doctor: null, peers: [], events: [], peerEvents: new Map(), missed: 0, history: [], trouble: ''};

const listeners = [];
let wanted = new Set();
let stream = null;
let timer = null;
let asking = false;
let askAgain = false;
let unanswered = false;
let askingPeers = false;
let peerEventsAtMillis = -Infinity;

export const onChange = listener => listeners.push(listener);
const changed = () => listeners.forEach(listener => listener());

// Which parts the page shows: they are asked for again and again.
export function want(...parts) {
  wanted = new Set(parts);
  ask();
}

async function answer(path, options) {
  const response = await fetch(API + path, {credentials: 'same-origin', ...options});
  const json = await response.json().catch(() => ({error: `the node answered ${response.status}`}));
  if (!response.ok) {
    if (response.status === 401 && node.session && node.session.user) await loadSession();
    throw Object.assign(new Error(json.error || `the node answered ${response.status}`), {status: response.status});
  }
  return json;
}

export const get = path => answer(path, {headers: {Accept: 'application/json'}});

export function post(path, body) {
  const headers = {'Content-Type': 'application/json'};
  if (node.session && node.session.csrf) headers['X-CSRF-Token'] = node.session.csrf;
  return answer(path, {method: 'POST', headers, body: JSON.stringify(body || {})});
}

export async function loadSession() {
  node.session = await get('session');
  changed();
}

export async function logIn(user, password) {
  node.session = await post('login', {user, password});
  reopen();
  await ask();
}

export async function logOut() {
  await post('logout');
  Object.assign(node, {status: null, stats: null, doctor: null, peers: [], events: [], peerEvents: new Map()});
  peerEventsAtMillis = -Infinity;
  await loadSession();
  reopen();
  await ask();
}

// What a counter of a part counts, in the node's own words.
export const meaning = (part, name) => (node.words && node.words[part] && node.words[part][name]) || {words: name, help: name};

export const mayRead = () => node.session && node.session.role !== 'none';
export const mayOperate = () => node.session && node.session.role === 'operate';

// Asks for all that is shown. One that fails says so; the others are shown.
export async function ask() {
  if (!mayRead()) return;
  // What comes now may be older than what made one ask.
  askAgain = asking;
  if (asking) return;
  asking = true;
  clearTimeout(timer);
  try {
    node.status = await get('status');
    changed();
    if (wanted.has('peers')) askPeers();
    if (wanted.has('peerEvents')) askPeerEvents();
    if (wanted.has('stats')) {
      node.stats = await get('stats');
      if (!node.words) node.words = await get('counters');
      remember(wanted.has('backlog') ? await backlog() : 0);
    }
    if (wanted.has('doctor') && !node.doctor) node.doctor = await get('doctor');
    node.trouble = '';
    unanswered = false;
  } catch (failure) {
    unanswered = !failure.status;
    node.trouble = failure.status ? failure.message : 'The node does not answer. What is shown is from before.';
  } finally {
    asking = false;
    if (!document.hidden) timer = setTimeout(ask, untilNext());
  }
  changed();
}

function untilNext() {
  if (askAgain) return 0;
  if (unanswered) return RETRY_MILLIS;
  return wanted.has('stats') ? INTERVAL_MILLIS : CALM_MILLIS;
}

// Beside the rest: a peer that has just died lets one wait for its answer.
async function askPeers() {
  if (askingPeers) return;
  askingPeers = true;
  try {
    node.peers = (await get('peers')).statuses;
  } catch (failure) {
    node.peers = [];
  } finally {
    askingPeers = false;
  }
  changed();
}

// What a peer said that is silent now stays.
async function askPeerEvents() {
  const nowMillis = performance.now();
  if (nowMillis - peerEventsAtMillis < PEER_EVENTS_MILLIS) return;
  peerEventsAtMillis = nowMillis;
  try {
    (await get('peers/events')).peers.forEach(peer => node.peerEvents.set(peer.hostId, peer));
  } catch (failure) {
    // Those of this node are shown all the same.
  }
  changed();
}

export async function lookAgain() {
  node.doctor = await get('doctor');
  changed();
}

async function backlog() {
  if (node.status.pfsync.state === 'off') return 0;
  const {peers} = await get('states?missing=true');
  return peers.reduce((most, peer) => Math.max(most, peer.unacknowledgedFrames), 0);
}

// One point of the charts.
function remember(frames) {
  const peers = node.status.pfsync.peers;
  const lag = Math.max(0, ...peers.map(peer => peer.lagMillis));
  const lately = [...node.history.slice(1 - LATELY).map(point => point.lag), lag];
  const last = node.history[node.history.length - 1];
  const events = node.stats.conntrack.events || 0;
  const atMillis = performance.now();
  const seconds = last ? (atMillis - last.atMillis) / 1000 : 0;
  node.history.push({
    atMillis, events,
    rate: last && events >= last.events ? (events - last.events) / seconds : 0,
    lag, lagHalf: quantile(lately, 0.5), lagMost: quantile(lately, 0.99), backlog: frames,
    entries: node.status.conntrack.entries,
  });
  if (node.history.length > HISTORY) node.history.shift();
}

function open() {
  if (stream || !mayRead() || document.hidden) return;
  stream = new EventSource(`${API}events?count=200`);
  stream.onmessage = message => take(JSON.parse(message.data));
  stream.addEventListener('missed', message => { node.missed += Number(message.data); changed(); });
}

function take(event) {
  const newest = node.events[0];
  // A node that was restarted numbers its events anew.
  if (newest && event.sequence <= newest.sequence && event.time <= newest.time) return;
  node.events.unshift(event);
  node.events.length = Math.min(node.events.length, EVENTS_KEPT);
  changed();
  if (event.type !== 'message' || event.subject === 'pfsync') ask();
}

function close() {
  if (stream) stream.close();
  stream = null;
}

function reopen() {
  close();
  open();
}

export async function begin() {
  try {
    await loadSession();
  } catch (failure) {
    node.trouble = 'The node does not answer.';
    changed();
    setTimeout(begin, INTERVAL_MILLIS);
    return;
  }
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) { close(); clearTimeout(timer); } else { open(); ask(); }
  });
  open();
  await ask();
}
