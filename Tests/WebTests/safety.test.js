import assert from 'node:assert/strict'
import test from 'node:test'
import {code, sources} from './support/sources.js'

const scripts = sources(/\.js$/).map(({path, text}) => ({path, text: code(text)}))
const pages = sources(/\.html$/)

test('No script makes markup from text', () => {
  const banned = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTML|\beval\(|new Function|srcdoc|javascript:/
  for (const {path, text} of scripts) assert.doesNotMatch(text, banned, path)
})

test('Storage is touched in two files, with a key each, and never by the patient\'s page', () => {
  const banned = /localStorage|sessionStorage|indexedDB|caches\b|cookie|serviceWorker|navigator\.storage|openDatabase|window\.name/
  const touching = scripts.filter(({text}) => banned.test(text))
  const allowed = {
    'pages/preferences.js': {key: 'lethe.prefs.v1', other: /sessionStorage|indexedDB|cookie/},
    'pages/sign-in-token.js': {key: 'lethe.signin.v1', other: /localStorage|indexedDB|cookie/},
  }
  assert.deepEqual(touching.map(({path}) => path).sort(), Object.keys(allowed))
  for (const {path, text} of touching) {
    const {key, other} = allowed[path]
    assert.deepEqual([...text.matchAll(/'(lethe\.[^']+)'/g)].map(match => match[1]), [key], path)
    assert.doesNotMatch(text, other, path)
    assert.ok(!reachable('pages/patient.js').has(path), path)
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

test('Scripts fetch only the description of the room', () => {
  for (const {path, text} of scripts) {
    if (/\bfetch\(|XMLHttpRequest|sendBeacon|EventSource/.test(text)) assert.equal(path, 'pages/room.js')
  }
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
  for (const name of ['provider', 'patient']) {
    const text = pages.find(({path}) => path === `${name}.html`)?.text ?? ''
    const listed = [...text.matchAll(/<link rel="modulepreload" href="\/assets\/([^"]+)">/g)].map(match => match[1])
    const needed = [...reachable(`pages/${name}.js`)].filter(path => path !== `pages/${name}.js`)
    assert.deepEqual(listed.sort(), needed.sort(), name)
  }
})

test('Every icon that is named has a drawing in the page', () => {
  const drawn = name => new Set([...(pages.find(({path}) => path === name)?.text ?? '').matchAll(/<symbol id="i-(\w+)"/g)].map(match => match[1]))
  for (const {path, text} of pages) for (const [, name] of text.matchAll(/href="#i-(\w+)"/g)) assert.ok(drawn(path).has(name), `${path}: ${name}`)
  for (const page of ['provider', 'patient']) {
    for (const path of reachable(`pages/${page}.js`)) {
      const text = scripts.find(script => script.path === path)?.text ?? ''
      for (const [, name] of text.matchAll(/\bicon\('(\w+)'/g)) assert.ok(drawn(`${page}.html`).has(name), `${path}: ${name}`)
    }
  }
})

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
