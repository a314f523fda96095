import {readFileSync} from 'node:fs'

/** @param {string} name of a file in Tests/Vectors */
export function vectors(name) {
  return JSON.parse(readFileSync(new URL(`../../Vectors/${name}`, import.meta.url), 'utf8'))
}

/** @param {{hex: string, zero_bytes_after: number}} vector */
export function bytesOf({hex, zero_bytes_after: zeros}) {
  const head = Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16))
  const bytes = new Uint8Array(head.length + zeros)
  bytes.set(head)
  return bytes
}
