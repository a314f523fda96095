/**
 * The receipt of an erasure, as people see and copy it. What a checking tool reads is the word that
 * begins with `lethe-receipt-1.` (`docs/ledger.md`); the rest is for whoever reads the chart.
 *
 * @typedef {import('./messages.js').Erasure} Erasure
 */

const prefix = 'lethe-receipt-1.'

/** @param {Erasure} erasure @returns {string} 32 hexadecimal digits */
export function receiptID({receipt}) {
  const binary = atob(receipt.replaceAll('-', '+').replaceAll('_', '/'))
  return Array.from(binary, character => character.charCodeAt(0).toString(16).padStart(2, '0')).join('')
}

/** @param {Erasure} erasure @returns {string} enough of it to tell two apart on a screen */
export const shortID = erasure => `${receiptID(erasure).slice(0, 4)}…`

/**
 * Plain text for a chart. No name: the chart has its own.
 *
 * @param {Erasure} erasure
 * @param {(facts: {time: string, messages: number, bytes: number, entry: number, id: string}) => string} say
 */
export function receiptText(erasure, say) {
  const {time, messages, bytes, entry, proof} = erasure
  const utc = `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return `${say({time: utc, messages, bytes, entry, id: receiptID(erasure)})}\n${prefix}${proof}`
}
