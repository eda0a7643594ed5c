// SPDX-License-Identifier: BSD-2-Clause
// Figures and states as people read them.
import {h} from './view.js';

// The two largest units, as carpctl has them: 0.3s, 41s, 3m 20s, 2h 5m, 12d 4h.
export function age(seconds) {
  if (seconds === null || seconds === undefined) return '';
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)}s`;
  const whole = Math.round(seconds);
  const two = (large, name, small, rest) => {
    const part = Math.floor((whole % large) / small);
    return `${Math.floor(whole / large)}${name}${part ? ` ${part}${rest}` : ''}`;
  };
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return two(60, 'm', 1, 's');
  return whole < 86400 ? two(3600, 'h', 60, 'm') : two(86400, 'd', 3600, 'h');
}

export const number = value => Number(value).toLocaleString('en-US');

const STATES = {
  master: ['good', '▶ MASTER'], backup: ['calm', '❚❚ BACKUP'], init: ['warn', '■ INIT'],
  'in-sync': ['good', '✓ in sync'], bulk: ['warn', '… bulk update'], lagging: ['warn', '… lagging'],
  alone: ['bad', '✗ alone'], lost: ['bad', '✗ lost'], 'one-way': ['bad', '✗ one-way'], off: ['warn', '■ off'],
};

// A state, by a sign, its name and a colour.
export function badge(state) {
  const [kind, text] = STATES[state] || ['calm', state];
  return h('span', {class: `badge ${kind}`}, text);
}

export const mark = (kind, text) => h('span', {class: `badge ${kind}`}, text);

// What ends a demotion.
export function ending(source) {
  const latest = source.expiresInSeconds === null || source.expiresInSeconds === undefined
    ? '' : `, in ${age(source.expiresInSeconds)} at the latest`;
  const ends = {
    link: 'when the link is back', 'send-errors': 'when advertisements can be sent again', addresses: 'tried again each second',
    allow: 'with Enable CARP', 'pfsync-bulk': 'when the bulk update is done', 'pfsync-link': 'when the peer answers on the sync device',
    forwarding: 'when this node forwards what its peers do',
    admin: 'with Reset', maintenance: 'with Leave maintenance mode',
  };
  return (ends[source.source] || 'when it is well again') + latest;
}
