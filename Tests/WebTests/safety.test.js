import assert from 'node:assert/strict'
import test from 'node:test'
import {code, sources} from './support/sources.js'

const scripts = sources(/\.js$/).map(({path, text}) => ({path, text: code(text)}))
const pages = sources(/\.html$/)

/** What a page runs at once, and what it runs as soon as it can be used. */
const entries = {provider: ['pages/provider.js'], patient: ['pages/patient.js', 'pages/patient-visit.js'], compliance: ['pages/compliance.js']}

test('No script makes markup from text', () => {
  const banned = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTML|\beval\(|new Function|srcdoc|javascript:/
  for (const {path, text} of scripts) assert.doesNotMatch(text, banned, path)
})

test('Storage is touched in two files, with a key each, and never by the patient\'s page', () => {
  const banned = /localStorage|sessionStorage|indexedDB|caches\b|cookie|serviceWorker|navigator\.storage|openDatabase|window\.name/
  // The catalogues name storage to a reviewer; they are words, and no page can call them.
  const touching = scripts.filter(({path, text}) => !path.startsWith('strings/') && banned.test(text))
  const allowed = {
    'pages/preferences.js': {key: 'lethe.prefs.v1', other: /sessionStorage|indexedDB|cookie/},
    'pages/sign-in-token.js': {key: 'lethe.signin.v1', other: /localStorage|indexedDB|cookie/},
  }
  assert.deepEqual(touching.map(({path}) => path).sort(), Object.keys(allowed))
  for (const {path, text} of touching) {
    const {key, other} = allowed[path]
    assert.deepEqual([...text.matchAll(/'(lethe\.[^']+)'/g)].map(match => match[1]), [key], path)
    assert.doesNotMatch(text, other, path)
    for (const entry of entries.patient) assert.ok(!reachable(entry).has(path), path)
  }
})

test('History never gets anything to keep', () => {
  for (const {path, text} of scripts) {
    for (const match of text.matchAll(/(?:pushState|replaceState)\(([^,]+),\s*([^,)]+)/g)) assert.deepEqual([match[1], match[2]], ['null', "''"], path)
  }
})

test('Pages have no inline script, style or handler', () => {
  for (const {path, text} of pages) {
    assert.doesNotMatch(text, /\sstyle=|\son\w+=|<style|javascript:/, path)
    for (const [tag, attributes] of text.matchAll(/<script([^>]*)>/g)) assert.match(attributes ?? '', /\ssrc="\/assets\//, `${path}: ${tag}`)
  }
})

test('Pages load nothing from anywhere else', () => {
  for (const {path, text} of pages) {
    for (const [, url] of text.matchAll(/(?:src|href)="([^"]+)"/g)) assert.match(url ?? '', /^(\/assets\/|\/favicon\.svg$|#)/, path)
  }
})

test('Scripts fetch only the description of the room, and the reviewer\'s page its report', () => {
  const fetching = scripts.filter(({text}) => /\bfetch\(|XMLHttpRequest|sendBeacon|EventSource/.test(text))
  assert.deepEqual(fetching.map(({path}) => path).sort(), ['pages/compliance-report.js', 'pages/room.js'])
})

test('The reviewer\'s page has nothing of a chat, and keeps nothing in the browser', () => {
  for (const path of reachable('pages/compliance.js')) assert.doesNotMatch(path, /relay\/|session|preferences|sign-in/, path)
})

test('Every field that a person writes in is kept from the browser\'s helpers', () => {
  for (const {path, text} of pages) {
    for (const [tag] of text.matchAll(/<(?:input|textarea)[^>]*>/g)) {
      for (const attribute of ['autocomplete="off"', 'spellcheck="false"', 'translate="no"']) assert.ok(tag.includes(attribute), `${path}: ${tag}`)
    }
  }
})

test('The floors are kept: relay has no page, elements have no socket, pages and the launcher alone define elements', () => {
  for (const {path, text} of scripts) {
    if (path.startsWith('relay/')) {
      assert.doesNotMatch(text, /(?<![#\w])(?:document|window)\b|HTMLElement|customElements|from '\.\.\//, path)
    } else if (path.startsWith('elements/')) {
      assert.doesNotMatch(text, /WebSocket|socket\.js|session-|link\.js|from '\.\.\/pages/, path)
    }
    if (!path.startsWith('pages/') && path !== 'lethe-chat.js') assert.doesNotMatch(text, /customElements\.define/, path)
  }
})

test('A page asks for all of its scripts at once, not one after the other', () => {
  for (const [name, [entry = '']] of Object.entries(entries)) {
    const [head = ''] = page(name).split('</head>')
    const needed = [...reachable(entry)].filter(path => path !== entry)
    assert.deepEqual(listed(head, 'modulepreload').sort(), needed.sort(), name)
  }
})

test('What comes after check-in is asked for at once too, and nothing is asked for twice', () => {
  const [head = '', body = ''] = page('patient').split('</head>')
  const [, stage = ''] = /<template id="visit-stage">([\s\S]*?)<\/template>/.exec(body) ?? []
  const [first = '', later = ''] = entries.patient
  const needed = [...reachable(later)].filter(path => !reachable(first).has(path))
  assert.deepEqual(listed(stage, 'modulepreload').sort(), needed.sort())
  assert.ok(!reachable(first).has(later))
  const sheets = [...listed(head, 'stylesheet'), ...listed(stage, 'stylesheet')]
  assert.deepEqual([...new Set(sheets)], sheets)
})

test('Check-in comes without the chat, and the patient without the console', () => {
  const [first = '', later = ''] = entries.patient
  for (const path of reachable(first)) assert.doesNotMatch(path, /message-|session-|cipher|pairing|socket/, path)
  for (const path of reachable(later)) assert.doesNotMatch(path, /console|provider|queue|desk/, path)
  for (const path of [...listed(page('patient'), 'stylesheet')]) assert.doesNotMatch(path, /console|provider|alerts/, path)
})

test('Only a language, and what a page loads later, is imported by name while it runs', () => {
  const found = scripts.flatMap(({path, text}) => [...text.matchAll(/\bimport\(([^)]*)\)/g)].map(match => [path, match[1]]))
  assert.deepEqual(found, [
    ['pages/patient.js', "'./patient-visit.js'"],
    ['strings/index.js', '`./${language}/${page}.js`'],
  ])
})

test('Every icon that is named has a drawing in the page', () => {
  const drawn = name => new Set([...(pages.find(({path}) => path === name)?.text ?? '').matchAll(/<symbol id="i-(\w+)"/g)].map(match => match[1]))
  for (const {path, text} of pages) for (const [, name] of text.matchAll(/href="#i-(\w+)"/g)) assert.ok(drawn(path).has(name), `${path}: ${name}`)
  for (const [page, modules] of Object.entries(entries)) {
    for (const path of modules.flatMap(entry => [...reachable(entry)])) {
      const text = scripts.find(script => script.path === path)?.text ?? ''
      for (const [, name] of text.matchAll(/\bicon\('(\w+)'/g)) assert.ok(drawn(`${page}.html`).has(name), `${path}: ${name}`)
    }
  }
})

/** @param {string} name */
function page(name) {
  return pages.find(({path}) => path === `${name}.html`)?.text ?? ''
}

/** @param {string} text @param {string} rel */
function listed(text, rel) {
  return [...text.matchAll(new RegExp(`<link rel="${rel}" href="/assets/([^"]+)"`, 'g'))].map(match => match[1] ?? '')
}

/** @param {string} entry @returns {Set<string>} it and every module that it imports */
function reachable(entry) {
  const found = new Set([entry])
  for (const path of found) {
    const text = scripts.find(script => script.path === path)?.text
    assert.ok(text !== undefined, path)
    for (const [, target] of text.matchAll(/from '(\.[^']+)'/g)) found.add(new URL(target ?? '', `file:///${path}`).pathname.slice(1))
  }
  return found
}
