/**
 * Watches every AES-GCM encryption in this realm for a nonce that comes twice under one key: with GCM
 * that is the end of both messages and of every seal under that key.
 *
 * The function refers to nothing outside itself, so its source text can be put into a page before
 * the page's own scripts: `page.evaluateOnNewDocument(`window.nonces = (${watchNonces})()`)`.
 *
 * A repeat makes the encryption throw, and stays in `repeats` should somebody swallow that.
 *
 * @returns {{count: number, repeats: string[], stop: () => void}} how many encryptions there were
 */
export function watchNonces() {
  const subtle = Object.getPrototypeOf(crypto.subtle)
  const {importKey, encrypt} = subtle
  const hex = source => {
    const view = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source)
    return Array.from(view, byte => byte.toString(16).padStart(2, '0')).join('')
  }
  const keys = new WeakMap()
  const seen = new Set()
  const watch = {
    count: 0,
    repeats: [],
    stop: () => Object.assign(subtle, {importKey, encrypt}),
  }
  subtle.importKey = async function (format, data, algorithm, ...rest) {
    const name = algorithm.name ?? algorithm
    // Written down before the await: whoever asked may wipe the bytes meanwhile.
    const raw = name === 'AES-GCM' && format === 'raw' ? hex(data) : null
    const key = await importKey.call(this, format, data, algorithm, ...rest)
    if (raw !== null) keys.set(key, raw)
    return key
  }
  subtle.encrypt = function (algorithm, key, ...rest) {
    const raw = keys.get(key)
    if (raw === undefined) throw new Error('encryption under a key that was not watched')
    const pair = `${raw} ${hex(algorithm.iv)}`
    watch.count += 1
    if (seen.has(pair)) {
      watch.repeats.push(pair)
      throw new Error('a nonce came twice under one key')
    }
    seen.add(pair)
    return encrypt.call(this, algorithm, key, ...rest)
  }
  return watch
}
