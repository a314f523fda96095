/** Says on the console when the relay runs without a part of its seal. */

import {part, setText} from '../elements/parts.js'
import {words} from '../strings/index.js'

/**
 * @param {ParentNode} root
 * @param {import('./room.js').Seal | undefined} seal
 */
export function showSeal(root, seal) {
  if (seal?.state !== 'partial') return
  const banner = part(root, '.topbar__seal', HTMLElement)
  banner.hidden = false
  banner.classList.toggle('topbar__seal--calm', seal.development)
  setText(banner, words.seal.without(seal.missing.map(name => words.seal.parts[name] ?? name), seal.development))
}
