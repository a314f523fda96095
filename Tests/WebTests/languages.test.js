import assert from 'node:assert/strict'
import test from 'node:test'
import {choose, languages, offered, speak} from '../../Sources/Web/strings/index.js'
import * as strings from '../../Sources/Web/strings/index.js'
import {clockTime, isolate, number} from '../../Sources/Web/strings/forms.js'
import {allWords, catalogueOf, catalogues, leaves} from './support/catalogues.js'
import {code, sources} from './support/sources.js'

const english = page => catalogueOf(page, 'en')
const all = allWords()
const paths = new Map(leaves(all))
const scripts = sources(/^(elements|pages)\/.*\.js$/).map(({path, text}) => ({path, text: code(text)}))

/** Arguments that a sentence can be asked with, each one of a kind. */
const samples = ['Ωmega', 'Ψsilon', 'Ξeta']

test('Each catalogue has the words of the English one, no more and no fewer, and none is empty', () => {
  for (const {page, language, words} of catalogues) {
    const [own, theirs] = [new Map(leaves(words)), new Map(leaves(english(page).words))]
    assert.deepEqual([...own.keys()].sort(), [...theirs.keys()].sort(), `${language} ${page}`)
    for (const [path, value] of own) {
      assert.equal(typeof value, typeof theirs.get(path), `${language} ${path}`)
      if (typeof value === 'string') assert.notEqual(value.trim(), '', `${language} ${path}`)
      else assert.ok(value.length <= theirs.get(path).length, `${language} ${path}`)
    }
  }
})

test('What fills a hole in English fills one in every language', () => {
  for (const {page, language, words} of catalogues) {
    const theirs = new Map(leaves(english(page).words))
    for (const [path, value] of leaves(words)) {
      if (typeof value !== 'function') continue
      const [here, there] = [value, theirs.get(path)].map(say => holes(path, say))
      assert.deepEqual(here, there, `${language} ${path}`)
    }
  }
})

/** @param {string} path @param {(...given: any[]) => string} say */
function holes(path, say) {
  const given = /cost/.test(path) ? [samples[0], [samples[1]]].slice(path.endsWith('Suffix') ? 1 : 0) : samples
  const numbers = [7, 7, 7]
  const said = [given, numbers].map(values => {
    try {
      return say(...values)
    } catch {
      return ''
    }
  })
  return samples.filter(sample => said[0]?.includes(sample))
}

test('Each language has a form for every kind of number that it tells apart', () => {
  for (const {page, language, plurals} of catalogues) {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    assert.deepEqual(Object.keys(plurals).sort(), Object.keys(english(page).plurals).sort(), `${language} ${page}`)
    for (const [name, forms] of Object.entries(plurals)) {
      assert.deepEqual(Object.keys(forms).sort(), [...categories].sort(), `${language} ${name}`)
      for (const [category, form] of Object.entries(forms)) {
        assert.notEqual(form.trim(), '')
        // One, two and none may be said in a word; any other number has to be seen.
        if (!['zero', 'one', 'two'].includes(category)) assert.match(form, /\{n\}/, `${language} ${name}.${category}`)
      }
    }
  }
})

test('Arabic counts in six ways', async () => {
  await speak('patient', ['ar-AE'])
  const said = count => strings.words.log.jump(count)
  assert.deepEqual([0, 1, 2, 3, 10, 11, 99, 100, 102, 103].map(said), [
    'لا رسائل جديدة', 'رسالة واحدة جديدة', 'رسالتان جديدتان', '3 رسائل جديدة', '10 رسائل جديدة',
    '11 رسالة جديدة', '99 رسالة جديدة', '100 رسالة جديدة', '102 رسالة جديدة', '103 رسائل جديدة'])
})

test('Spanish counts, and says millions with "de"', async () => {
  await speak('console', ['es-MX'])
  const said = count => strings.words.chat.unread(count)
  assert.deepEqual([1, 2, 0].map(said), ['1 mensaje sin leer', '2 mensajes sin leer', '0 mensajes sin leer'])
  assert.equal(said(2_000_000), '2,000,000 de mensajes sin leer')
})

test('Other languages are other words: nothing is left in English by mistake', () => {
  const same = new Set(['brand', 'queue.costSuffix', 'information.chat', 'views.chat', 'log.realHost', 'time.minutes',
    'information.chatUnread', 'safety.renewedAgain', 'safety.renewedFirst', 'notes.flag', 'keys.title'])
  for (const {page, language, words} of catalogues) {
    if (language === 'en') continue
    const theirs = new Map(leaves(english(page).words))
    for (const [path, value] of leaves(words)) {
      if (typeof value === 'string' && !same.has(path)) assert.notEqual(value, theirs.get(path), `${language} ${path}`)
    }
  }
})

test('Arabic has no Latin letters but names of products', () => {
  const {words, plurals} = catalogueOf('patient', 'ar')
  for (const [path, value] of [...leaves(words), ...leaves(plurals)]) {
    if (path === 'brand' || typeof value !== 'string') continue
    const rest = value.replace(/\{n\}|Chrome|Edge|Firefox|Safari|https/g, '')
    assert.doesNotMatch(rest, /[A-Za-z]/, path)
  }
})

/** What modules of both pages say on one of them only. */
const elsewhere = /^(pages\/connection\.js connection\.|elements\/times\.js time\.)/

test('Every word that a page asks for is there, on the page that asks', () => {
  for (const [page, entry] of [['patient', ['pages/patient.js', 'pages/patient-visit.js']], ['console', ['pages/provider.js']], ['compliance', ['pages/compliance.js']]]) {
    const known = catalogueOf(/** @type {string} */ (page), 'en').words
    for (const path of reachable(/** @type {string[]} */ (entry))) {
      const text = scripts.find(script => script.path === path)?.text ?? ''
      for (const key of keysIn(text)) {
        assert.ok(find(known, key) !== undefined || elsewhere.test(`${path} ${key}`), `${page} ${path}: ${key}`)
      }
    }
  }
  for (const [page, file] of [['patient', 'patient.html'], ['console', 'provider.html'], ['compliance', 'compliance.html']]) {
    const known = catalogueOf(/** @type {string} */ (page), 'en').words
    const [{text = ''} = {}] = sources(new RegExp(`^${file}$`))
    for (const [, key = ''] of text.matchAll(/data-words(?:-label)?="([^"]+)"/g)) assert.equal(typeof find(known, key), 'string', `${file}: ${key}`)
  }
})

test('No word is there for nothing', () => {
  const used = new Set([
    ...scripts.flatMap(({text}) => keysIn(text)),
    ...sources(/\.html$/).flatMap(({text}) => [...text.matchAll(/data-words(?:-label)?="([^"]+)"/g)].map(match => match[1] ?? '')),
  ])
  const unused = [...paths.keys()].filter(path => ![...used].some(key => key === path || path.startsWith(`${key}.`)))
  assert.deepEqual(unused, [])
})

test('No plural form is there for nothing', () => {
  for (const {path, text} of sources(/^strings\/\w+\/.*\.js$/)) {
    const [, below = ''] = /plurals = \{([\s\S]*?)\n\}/.exec(text) ?? []
    const language = path.split('/')[1]
    const uses = sources(new RegExp(`^strings/${language}/.*\\.js$`)).map(file => file.text).join('\n')
    for (const [, name] of below.matchAll(/^ {2}(\w+):/gm)) assert.match(uses, new RegExp(`plurals\\.${name}\\b`), `${path}: ${name}`)
  }
})

test('An unknown language is English; a known one keeps the reader\'s country', () => {
  assert.deepEqual(choose('patient', ['de-AT', 'xx', '']), {language: 'en', locale: 'en'})
  assert.deepEqual(choose('patient', []), {language: 'en', locale: 'en'})
  assert.deepEqual(choose('patient', ['de', 'es-MX', 'en']), {language: 'es', locale: 'es-MX'})
  assert.deepEqual(choose('patient', ['AR-eg']), {language: 'ar', locale: 'ar-EG'})
  assert.deepEqual(choose('console', ['ar', 'es']), {language: 'es', locale: 'es'})
  for (const odd of ['es-', 'es-!', 'es-x', '../en', '__proto__', 'constructor']) {
    assert.ok(['en', 'es'].includes(choose('patient', [odd]).language), odd)
  }
})

test('Of two choices the later one counts, whichever is loaded first', async () => {
  const [first, second] = await Promise.all([speak('patient', ['ar']), speak('patient', ['es'])])
  assert.deepEqual([first, second], [null, 'es'])
  assert.equal(strings.words.patient.checkInTitle, 'Registro')
})

test('Each language is called what its speakers call it, and written in its direction', () => {
  for (const [language, {name, direction}] of Object.entries(languages)) {
    assert.equal(name.toLowerCase(), new Intl.DisplayNames(language, {type: 'language'}).of(language)?.toLowerCase())
    assert.equal(direction, language === 'ar' ? 'rtl' : 'ltr')
  }
  for (const page of Object.values(offered)) for (const language of page) assert.ok(language in languages)
})

test('A name cannot turn a sentence around, and in a sentence of its own direction nothing is added', async () => {
  await speak('patient', ['en'])
  assert.equal(strings.words.patient.yourRoom('Dr Ada'), "You're in Dr Ada's waiting room")
  assert.equal(strings.words.isTyping('أحمد'), '\u2068أحمد\u2069 is typing…')
  assert.equal(isolate('\u2068أحمد\u2069'), '\u2068أحمد\u2069')
  await speak('patient', ['ar'])
  assert.equal(strings.words.patient.yourRoom('Dr Ada'), 'أنت في غرفة انتظار \u2068Dr Ada\u2069')
  assert.equal(strings.words.connection.stoppingPatient('10:42').includes('\u206810:42\u2069'), true)
})

test('Numbers and times are the reader\'s', async () => {
  await speak('patient', ['ar-EG'])
  assert.equal(number(1234), '١٬٢٣٤')
  assert.match(clockTime(0), /^[٠-٩]{2}:[٠-٩]{2}$/)
  await speak('patient', ['en'])
  assert.match(clockTime(0), /^\d\d:\d\d$/)
})

test('The launcher counts in the same languages, with every form that they have', () => {
  const [{text = ''} = {}] = sources(/^lethe-chat\.js$/)
  for (const language of offered.patient) {
    const [, unread = ''] = new RegExp(`\\n {4}${language}: \\{[\\s\\S]*?unread: \\{([\\s\\S]*?)\\}[,\\s]*\\n {4}\\}`).exec(text) ?? []
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    // Nothing is said of none.
    for (const category of categories) if (category !== 'zero') assert.match(unread, new RegExp(`\\b${category}: '`), `${language} ${category}`)
  }
})

/** @param {string} text @returns {string[]} */
function keysIn(text) {
  const named = [...text.matchAll(/\bwords((?:\.\w+)+)/g)].map(match => (match[1] ?? '').slice(1))
  const apart = [...text.matchAll(/const \{([^}=]+)\} = words(?:\.([\w.]+))?\n/g)].flatMap(([, names = '', below]) =>
    names.split(',').map(name => [below, name.trim()].filter(Boolean).join('.')))
  const quoted = [...text.matchAll(/'([a-z]\w*(?:\.\w+)+)'/gi)].map(match => match[1] ?? '').filter(key => paths.has(key))
  const built = [...text.matchAll(/`([a-z]\w*(?:\.\w+)*)\.\$\{/g)].map(match => match[1] ?? '')
  return [...named.map(trim), ...apart, ...quoted, ...built.filter(key => find(all, key) !== undefined)]
}

/** Without what is done with a word once it is found. @param {string} key */
function trim(key) {
  const parts = key.split('.')
  while (parts.length > 1 && find(all, parts.join('.')) === undefined) parts.pop()
  return parts.join('.')
}

/** @param {any} tree @param {string} key */
function find(tree, key) {
  return key.split('.').reduce((found, name) => found?.[name], tree)
}

/** @param {string[]} entries */
function reachable(entries) {
  const found = new Set(entries)
  for (const path of found) {
    const text = scripts.find(script => script.path === path)?.text ?? ''
    for (const [, target] of text.matchAll(/from '(\.[^']+)'/g)) found.add(new URL(target ?? '', `file:///${path}`).pathname.slice(1))
  }
  return found
}
