/** @returns {boolean} false on a page from http:// and in an old browser, which cannot protect a chat */
export const isAvailable = () => typeof globalThis.crypto?.subtle?.deriveBits === 'function'
