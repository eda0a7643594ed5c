// SPDX-License-Identifier: BSD-2-Clause
// A line over the last minutes, and its figure in words for those who do not see it.
import {h} from './view.js';

const WIDTH = 300;
const HEIGHT = 100;
const SHOWN = 150;

// A second line, of the same unit, is drawn dashed; both have a name then. Where both end at 0, still is said in place of that.
export function chart(title, unit, values, {digits = 0, name = '', second = [], secondName = '', still = ''} = {}) {
  const shown = values.slice(-SHOWN);
  const other = second.slice(-SHOWN);
  const highest = Math.max(0, ...shown, ...other);
  const top = Math.max(1, highest);
  const line = list => list.map((value, index) =>
    `${(index * WIDTH / Math.max(1, list.length - 1)).toFixed(1)},${(HEIGHT - (value / top) * (HEIGHT - 6)).toFixed(1)}`);
  const points = line(shown);
  const last = list => (list.length ? list[list.length - 1] : 0);
  const now = list => `${last(list).toFixed(digits)} ${unit}`;
  const told = still && !last(shown) && !last(other) ? still : secondName ? `${name} ${now(shown)}, ${secondName} ${now(other)}` : now(shown);
  return h('section', {class: 'card chart'},
    h('h2', null, title),
    h('p', {class: 'value'}, told),
    h('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `${title}: now ${told}, at most ${highest.toFixed(digits)} ${unit} since this page is open`},
      points.length > 1 && h('polygon', {class: 'area', points: `0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`}),
      points.length > 1 && h('polyline', {class: 'line', points: points.join(' ')}),
      other.length > 1 && h('polyline', {class: 'line dashed', points: line(other).join(' ')})),
    h('p', {class: 'soft'}, `at most ${highest.toFixed(digits)} ${unit} since this page is open`));
}

// The value below which this share of the sorted values is.
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] : 0;
}
