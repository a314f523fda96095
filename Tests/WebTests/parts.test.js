import assert from 'node:assert/strict'
import test from 'node:test'
import {capped} from '../../Sources/Web/elements/parts.js'
import {sources} from './support/sources.js'

test('A badge shows up to 99, and then that there are more', () => {
  assert.deepEqual([1, 99, 100, 2_000].map(capped), ['1', '99', '99+', '99+'])
})

test('Every badge of the console is capped by that, and the one of the launcher by its own', () => {
  const badges = sources(/elements\/[\w-]+\.js$/).filter(({text}) => /part\([^)]*'\.badge'/.test(text))
  assert.deepEqual(badges.map(({path}) => path.split('/').at(-1)).sort(), ['chat-bar.js', 'queue-row.js', 'view-bar.js'])
  for (const {path, text} of badges) assert.match(text, /capped\(unread\)/, path)
})
