import assert from 'node:assert/strict'
import test from 'node:test'
import {allowed, readChoices, usual} from '../../Sources/Web/pages/choices.js'
import {Preferences} from '../../Sources/Web/pages/preferences.js'

const key = 'lethe.prefs.v1'

/** @param {Record<string, string>} kept */
function storage(kept = {}) {
  const items = new Map(Object.entries(kept))
  globalThis.localStorage = /** @type {any} */ ({
    getItem: name => items.get(name) ?? null,
    setItem: (name, value) => items.set(name, String(value)),
    removeItem: name => items.delete(name),
  })
  return items
}

test('What is kept is read again', () => {
  const items = storage()
  const one = new Preferences()
  one.keep(true)
  one.choose({sound: false, volume: 3})
  const other = new Preferences()
  other.keep(true)
  assert.deepEqual(other.choices, {...usual, sound: false, volume: 3})
  assert.deepEqual([...items.keys()], [key])
})

test('Garbage is not read: the reader knows switches and small numbers, and no text', () => {
  const garbage = [null, '', 'Ada Lovelace', '{', 'null', '[]', '"sound"', '7', '{"sound": "Ada has a cough"}',
    '{"volume": "6"}', '{"volume": 11}', '{"volume": -1}', '{"volume": 0.5}', '{"volume": 1e308}', '{"sound": null}',
    '{"sound": {"name": "Ada"}}', '{"__proto__": {"sound": false}}', '{"name": "Ada"}', '{"patient": true}']
  for (const text of garbage) assert.deepEqual(readChoices(text), {...usual}, String(text))
})

test('All that can be kept is listed, and what is usual is among it', () => {
  assert.deepEqual(Object.keys(allowed), Object.keys(usual))
  for (const [name, value] of Object.entries(usual)) assert.ok(allowed[name].includes(value), name)
  const words = Object.values(allowed).flat().filter(value => typeof value === 'string')
  assert.deepEqual(words.sort(), ['', '', 'dark', 'en', 'es', 'light'])
})

test('The theme is light, dark or the system\'s', () => {
  for (const theme of ['light', 'dark', '']) assert.equal(readChoices(JSON.stringify({theme})).theme, theme)
  for (const theme of ['Ada', 'es', 'DARK', true, null]) assert.equal(readChoices(JSON.stringify({theme})).theme, '')
})

test('The language is one of the console\'s, or none', () => {
  for (const language of ['en', 'es', '']) assert.equal(readChoices(JSON.stringify({language})).language, language)
  for (const language of ['ar', 'de', 'Ada', 'es-MX', 'ES', 1, true, ['es']]) {
    assert.equal(readChoices(JSON.stringify({language})).language, '', String(language))
  }
  assert.equal(readChoices('{"sound": "es"}').sound, true)
})

test('One good choice among garbage is read, and the garbage is gone with the next one kept', () => {
  const items = storage({[key]: '{"sound": false, "name": "Ada", "volume": "loud", "notes": ["cough"]}'})
  const preferences = new Preferences()
  preferences.keep(true)
  assert.deepEqual(preferences.choices, {...usual, sound: false})
  preferences.choose({badge: false})
  assert.deepEqual(Object.keys(JSON.parse(items.get(key) ?? '')).sort(), Object.keys(usual).sort())
  assert.doesNotMatch(items.get(key) ?? '', /Ada|cough|loud/)
})

test('Nothing but its own shape can be written either', () => {
  const items = storage()
  const preferences = new Preferences()
  preferences.keep(true)
  preferences.choose(/** @type {any} */ ({sound: 'Ada', name: 'Ada', volume: 419_207}))
  assert.deepEqual(JSON.parse(items.get(key) ?? ''), {...usual})
})

test('A clinic that allows no storage has none, and what was there goes', () => {
  const items = storage({[key]: '{"sound": false}'})
  const preferences = new Preferences()
  preferences.keep(false)
  assert.deepEqual([preferences.choices, items.size], [{...usual}, 0])
  preferences.choose({sound: false})
  assert.equal(preferences.choices.sound, false)
  assert.equal(items.size, 0)
})

test('A browser that refuses storage is no reason to fail', () => {
  const refuse = () => {
    throw new Error('SecurityError')
  }
  globalThis.localStorage = /** @type {any} */ ({getItem: refuse, setItem: refuse, removeItem: refuse})
  const preferences = new Preferences()
  preferences.keep(true)
  preferences.choose({sound: false})
  assert.equal(preferences.choices.sound, false)
})
