/** @param {Uint8Array} bytes @returns {string} base64url without padding */
export function base64url(bytes) {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** @param {string} text @returns {Uint8Array} */
export function fromBase64url(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, character => character.charCodeAt(0))
}

/** A page's session secret: it lives in this page's memory and dies with it. */
export function makeSecret() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)))
}
