/**
 * A chat as plain text, for the chart. It goes to the clipboard and nowhere else. Only a message begins
 * at the margin: a line inside of one could otherwise pass for somebody else's words.
 */

/** Whatever some program may show as the end of a line. */
const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g

/** @typedef {import('./conversation.js').Conversation} Conversation */
/**
 * @typedef {object} TranscriptWords
 * @property {(who: string, date: string) => string} heading
 * @property {Readonly<Record<'not_sent' | 'not_delivered', string>>} failures
 * @property {string} unreadable
 * @property {(time: number) => string} clockTime
 * @property {(time: number) => string} date
 */

/**
 * @param {Conversation} conversation
 * @param {{theirs: string, own: string}} names
 * @param {TranscriptWords} words
 */
export function transcript(conversation, names, words) {
  const {messages} = conversation
  const lines = messages.map(message => {
    const text = message.body.what === 'text' ? message.text.replace(lineEnd, '$&    ') : words.unreadable
    const note = message.failure === null ? '' : ` (${words.failures[message.failure]})`
    return `${words.clockTime(message.time)} ${message.isOwn ? names.own : names.theirs}: ${text}${note}`
  })
  return [words.heading(names.theirs, words.date(messages[0]?.time ?? 0)), '', ...lines, ''].join('\n')
}
