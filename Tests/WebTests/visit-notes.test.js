import assert from 'node:assert/strict'
import test from 'node:test'
import {VisitNotes} from '../../Sources/Web/pages/visit-notes.js'

const desk = (visits, chats = []) => ({
  visits: new Map(visits.map(([id, key]) => [id, {id, key}])),
  chats: new Map(chats.map(([id, visit]) => [id, {id, visit}])),
})

test('A note goes with its chat, the flags stay with the visit', () => {
  const notes = new VisitNotes()
  notes.follow(desk([[1, 'k']], [[7, 1]]))
  notes.write(1, 'asked twice')
  notes.toggle(1, 'urgent')
  assert.ok(notes.hasNote)
  notes.follow(desk([[1, 'k']]))
  assert.deepEqual(notes.view(1), {visit: 1, flags: ['urgent'], note: ''})
  assert.ok(!notes.hasNote)
})

test('Everything goes with the visit', () => {
  const notes = new VisitNotes()
  notes.toggle(1, 'interpreter')
  notes.write(1, 'asked twice')
  notes.follow(desk([]))
  assert.deepEqual(notes.view(1), {visit: 1, flags: [], note: ''})
})

test('That somebody was identified is forgotten when another page takes the place', () => {
  const notes = new VisitNotes()
  notes.toggle(1, 'identity')
  notes.toggle(1, 'urgent')
  notes.follow(desk([[1, 'k']]))
  assert.deepEqual(notes.flags(1), ['urgent', 'identity'])
  notes.follow(desk([[1, 'another']]))
  assert.deepEqual(notes.flags(1), ['urgent'])
})
