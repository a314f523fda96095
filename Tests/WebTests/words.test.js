import assert from 'node:assert/strict'
import test from 'node:test'
import {allWords, catalogueOf} from './support/catalogues.js'
import {code, sources} from './support/sources.js'

const words = allWords()
const find = (tree, path) => path.split('.').reduce((found, name) => found?.[name], tree)

test('The words of the pages are the words of the catalogue', () => {
  for (const {path, text} of sources(/\.html$/)) {
    const {words} = catalogueOf({'patient.html': 'patient', 'compliance.html': 'compliance'}[path] ?? 'console', 'en')
    for (const [, key, said] of text.matchAll(/data-words="([^"]+)"[^>]*>([^<]*)</g)) assert.equal(find(words, key), said, `${path}: ${key}`)
    for (const [, key, said] of text.matchAll(/data-words-label="([^"]+)" aria-label="([^"]*)"/g)) assert.equal(find(words, key), said, `${path}: ${key}`)
  }
})

test('Elements and pages say nothing that is not in the catalogue', () => {
  for (const {path, text} of sources(/^(elements|pages)\/.*\.js$/)) {
    // A sentence, or a capital followed by a word, inside quotes.
    for (const [, literal] of code(text).matchAll(/'((?:[^'\\\n]|\\.)*)'/g)) assert.doesNotMatch(literal ?? '', /^[A-Z][a-z]+ [a-z]|[a-z]\. /, `${path}: ${literal}`)
  }
})

test('Numbers are said as people say them', () => {
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 22, 103].map(words.patient.position), ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '22nd', '103rd'].map(nth => `${nth} in line`))
  assert.equal(words.queue.badge('Ada', 1), 'Ada, 1 unread message, open chat')
  assert.equal(words.queue.badge('Ada', 120), 'Ada, 120 unread messages, open chat')
  assert.equal(words.door.useHereAndErase(1), 'Use here and erase 1 chat')
})

test('The consequence is said with the name, if there is one', () => {
  assert.equal(words.queue.cost('Ben', ['Ada']), "Opening Ben erases Ada's ended chat")
  assert.equal(words.queue.costSuffix(['Ada']), " · erases Ada's chat")
  assert.equal(words.queue.costSuffix([null]), ' · erases an ended chat')
  assert.equal(words.queue.costSuffix(['Ada', 'Ben']), ' · erases 2 chats')
  assert.equal(words.queue.costSuffix([]), '')
})

test('The title says how many and never who', () => {
  assert.equal(words.console.titleUnread(3), '(3) Queue')
  assert.equal(words.patient.titleUnread(1), '(1) New message')
})

test('That a chat is end-to-end encrypted is said in one place, which follows the live chat', () => {
  const all = JSON.stringify(words, (_, value) => (typeof value === 'function' ? String(value) : value))
  assert.equal([...all.matchAll(/end-to-end/gi)].length, 1)
  for (const language of ['en', 'es', 'ar']) {
    const {endToEnd, notStored} = catalogueOf('patient', language).words
    assert.ok(endToEnd.endsWith(` ${notStored}`), language)
  }
  for (const {text, path} of sources(/\.html$/)) assert.doesNotMatch(text, /end-to-end/i, path)
  for (const {text, path} of sources(/^(elements|pages)\/.*\.js$/)) {
    if (/\bendToEnd\b/.test(code(text))) assert.equal(path, 'elements/keeps-panel.js')
  }
})

test('Nobody is told that a service which tampers is powerless', () => {
  const all = JSON.stringify(words, (_, value) => (typeof value === 'function' ? String(value) : value))
  for (const {text} of [...sources(/\.html$/), {text: all}]) assert.doesNotMatch(text, /can't read|cannot read|nobody can|impossible|unbreakable|guarantee/i)
  assert.match(words.safety.before, /tampering/)
  for (const side of /** @type {const} */ (['patient', 'provider'])) assert.match(catalogueOf(side === 'patient' ? 'patient' : 'console', 'en').words.keeps.tampers, /tampers/)
})

test('The safety code has one name, and whoever sees it is told how to compare it', () => {
  const all = JSON.stringify(words, (_, value) => (typeof value === 'function' ? String(value) : value))
  assert.doesNotMatch(all, /safety (?:number|word)|security code|verification code|verify code|fingerprint/i)
  for (const said of [words.safety.how, words.draft.held]) assert.match(said, /by voice, never in the chat\. Nobody will ever ask you to type it\.$/)
})

test('An end that was not proved is never said to be the provider\'s', () => {
  assert.match(words.patient.cleared.proved, /^Your provider ended this chat\. .*only on this screen/)
  assert.match(words.patient.cleared.unproved, /^The connection service ended this chat\. .*only on this screen/)
  assert.doesNotMatch(words.patient.cleared.unproved + words.patient.ended.unproved, /provider/)
})

test('Whatever stops a chat is said to both sides, with what to do', () => {
  for (const side of [words.stopped.patient, words.stopped.provider]) {
    for (const [stop, {title, body}] of Object.entries(side)) {
      assert.match(title, /\.$/, stop)
      assert.match(body, /[Rr]eload|close and erase|call them/, stop)
    }
  }
  assert.deepEqual(Object.keys(words.stopped.patient), Object.keys(words.stopped.provider))
})

test('Nobody is told to refresh: that erases', () => {
  /** @type {string[]} */
  const said = []
  /** @param {unknown} value @param {string} path */
  const walk = (value, path) => {
    if (typeof value === 'string') said.push(`${path}: ${value}`)
    else if (typeof value === 'function') said.push(`${path}: ${value}`)
    else if (value && typeof value === 'object') for (const [key, each] of Object.entries(value)) walk(each, path === '' ? key : `${path}.${key}`)
  }
  walk(words, '')
  const found = said.filter(text => /refresh|reload/i.test(text)).map(text => text.slice(0, text.indexOf(':')))
  // What a refresh does, and the one cure for a chat that somebody tampers with.
  const consequences = ['gone', 'here', 'unread'].flatMap(fate => [`queue.erasedWhen.${fate}`, `chat.endedBody.${fate}`]).concat(['causes.refreshed', 'door.connecting.body', 'keeps.provider.erased', 'say.causes.refreshed'])
  assert.deepEqual(found.filter(path => !/^(safety|stopped)\./.test(path) && !consequences.includes(path)), [])
})
