/** Chats as text that leaves the page: for the chart, and on paper. */

import {clockTime, date} from '../elements/times.js'
import {transcript} from '../relay/transcript.js'
import {words} from '../strings/index.js'
import {copy} from './clipboard.js'

/** @typedef {import('./console.js').Console} Console */
/** @typedef {import('../relay/chat.js').Chat} Chat */

/** @param {Console} console @param {Chat} chat @param {{own: string, theirs: string}} [names] */
export function chartText(console, chat, names) {
  const {session} = console
  return transcript(chat.conversation, names ?? {theirs: console.nameOf(chat.visit), own: session.displayName}, {
    heading: words.chat.transcript,
    failures: words.delivery,
    unreadable: words.log.unreadable,
    clockTime,
    date,
  })
}

/** @param {Console} console @param {Chat[]} chats */
export async function copyChats(console, chats) {
  const {desk} = console.session
  // What comes while the browser asks for permission was not copied.
  const ends = new Map(chats.map(chat => [chat.id, chat.conversation.last]))
  const isCopied = await copy(chats.map(chat => chartText(console, chat)).join('\n'))
  for (const {id, conversation} of chats) {
    const isSame = desk.chats.get(id)?.conversation.last === ends.get(conversation.id)
    if (isCopied && isSame) console.link.handle({type: 'command', command: {type: 'copied', conversation: id}})
  }
  console.say(isCopied ? words.copied : words.copyFailed)
  if (!isCopied) console.showLine(words.copyFailed)
}
