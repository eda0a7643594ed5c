// SPDX-License-Identifier: BSD-2-Clause
// A view is made anew each time it changes, and of the document only what differs is changed: focus, selection and scroll stay.

const SVG = 'http://www.w3.org/2000/svg';

// An element to be: h('p', {class: 'soft'}, 'text', other). A child that is null or false is none.
export function h(name, attributes, ...children) {
  const kept = children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false);
  return {name, attributes: attributes || {}, children: kept.map(child => (typeof child === 'object' ? child : String(child)))};
}

// Makes the children of an element what the views say.
export function render(parent, ...views) {
  const wanted = views.flat(Infinity).filter(view => view !== null && view !== undefined && view !== false);
  wanted.forEach((view, index) => {
    const there = inPlace(parent, index, view);
    const text = typeof view !== 'object';
    if (there && matches(there, view)) {
      if (text) {
        if (there.data !== String(view)) there.data = String(view);
      } else {
        update(there, view);
      }
    } else {
      const made = text ? document.createTextNode(String(view)) : create(view, parent.namespaceURI);
      if (!there || isWantedLater(there, wanted, index)) parent.insertBefore(made, there || null);
      else parent.replaceChild(made, there);
    }
  });
  while (parent.childNodes.length > wanted.length) parent.removeChild(parent.lastChild);
}

// One with a key is found wherever it stands: what somebody types in it stays when something comes or goes before it.
function inPlace(parent, index, view) {
  const there = parent.childNodes[index];
  const key = typeof view === 'object' && view.attributes.key;
  if (!key || !there || matches(there, view)) return there;
  const found = [...parent.childNodes].slice(index + 1).find(later => matches(later, view));
  return found ? parent.insertBefore(found, there) : there;
}

const isWantedLater = (there, wanted, index) => Boolean(there.viewKey)
  && wanted.slice(index + 1).some(view => typeof view === 'object' && view.attributes.key === there.viewKey);

function matches(there, view) {
  if (typeof view !== 'object') return there.nodeType === Node.TEXT_NODE;
  return there.nodeType === Node.ELEMENT_NODE && there.localName === view.name && (there.viewKey || '') === (view.attributes.key || '');
}

function create(view, parentSpace) {
  const space = view.name === 'svg' ? SVG : parentSpace;
  const element = space === SVG ? document.createElementNS(SVG, view.name) : document.createElement(view.name);
  element.viewKey = view.attributes.key || '';
  if (view.attributes.initial !== undefined) element.value = view.attributes.initial;
  update(element, view);
  return element;
}

function update(element, view) {
  const before = element.viewAttributes || {};
  const now = view.attributes;
  for (const name of Object.keys(before)) {
    if (!(name in now)) set(element, name, null);
  }
  for (const [name, value] of Object.entries(now)) {
    if (before[name] !== value) set(element, name, value);
  }
  element.viewAttributes = now;
  if (element.localName !== 'textarea') render(element, view.children);
}

function set(element, name, value) {
  if (name === 'key' || name === 'initial') return;
  if (name.startsWith('on')) element[name] = value;
  else if (name === 'value' || name === 'checked' || name === 'selected') element[name] = value;
  else if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}
