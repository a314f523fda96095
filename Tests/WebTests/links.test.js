import assert from 'node:assert/strict'
import test from 'node:test'
import {findLinks} from '../../Sources/Web/relay/links.js'

const links = text => findLinks(text).filter(part => part.href !== undefined)

test('The parts of a message together are the message', () => {
  for (const text of ['', 'plain', 'see https://example.org/a, or tel:+15055550148!', 'https://a.example https://b.example', 'تست https://example.org و']) {
    assert.equal(findLinks(text).map(part => part.text).join(''), text)
  }
})

test('Web addresses, mail addresses and telephone numbers can be clicked', () => {
  assert.deepEqual(links('https://example.org/x http://example.org mailto:a@example.org tel:911').map(part => part.href), ['https://example.org/x', 'http://example.org/', 'mailto:a@example.org', 'tel:911'])
})

test('No other scheme can be clicked', () => {
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'vbscript:x', 'JaVaScRiPt:alert(1)', 'blob:https://example.org/x', 'ftp://example.org']) {
    assert.deepEqual(links(text), [], text)
  }
})

test('The punctuation of the sentence is not part of the address', () => {
  assert.equal(links('(see https://example.org/a_(b)).')[0]?.text, 'https://example.org/a_(b)')
  assert.equal(links('Really https://example.org/?!')[0]?.text, 'https://example.org/')
})

test('An address with a user part, which looks like another place, stays text', () => {
  assert.deepEqual(links('https://bank.example@evil.example/'), [])
  assert.deepEqual(links('https://user:pw@evil.example/'), [])
})

test('An address with characters that hide or turn stays text', () => {
  for (const character of ['\u202e', '\u200b', '\u2066', '\u00ad']) assert.deepEqual(links(`https://example.org/${character}gpj.exe`), [])
})

test('A host in look-alike letters is shown with the host that is really visited', () => {
  assert.equal(links('https://аpple.example/')[0]?.host, 'xn--pple-43d.example')
})

test('A very long address is one link', () => {
  assert.equal(links(`https://example.org/${'a'.repeat(2000)}`).length, 1)
})
