/** What a provider can mark a patient with. Each is a word and a drawing. */

/** @typedef {'urgent' | 'interpreter' | 'identity'} Flag */

/** @type {Record<Flag, string>} */
export const flagIcons = {urgent: 'flag', interpreter: 'speech', identity: 'idcard'}

/** In the order in which they are shown. */
export const allFlags = /** @type {Flag[]} */ (Object.keys(flagIcons))
