/**
 * What both pages say, in English. Sentences about the protection of a chat have to stay true under a
 * connection service that tampers: what it is, what it cannot be, and what a person can do.
 */

import {counting} from '../forms.js'

export const counted = counting('en')

export const plurals = {
  messages: {one: '{n} message', other: '{n} messages'},
  bytes: {one: '{n} byte', other: '{n} bytes'},
  minutes: {one: '{n} minute', other: '{n} minutes'},
  seconds: {one: '{n} s', other: '{n} s'},
  newMessages: {one: '{n} new message', other: '{n} new messages'},
  charactersLeft: {one: '{n} character left', other: '{n} characters left'},
  charactersOver: {one: '{n} character too long', other: '{n} characters too long'},
}

/** @param {number} ms */
export const kept = ms => ms >= 120_000
  ? counted(Math.round(ms / 60_000), plurals.minutes)
  : counted(Math.round(ms / 1000), plurals.seconds)

const how = 'Compare it by voice, never in the chat. Nobody will ever ask you to type it.'
export const readFromTheStart = 'Somebody may have read this chat from its first message.'
const reloadToBegin = 'Reload to begin again.'

export const shared = {
  brand: 'Lethe',
  language: 'Language',
  languageChosen: 'This page is now in English.',
  languageFailed: 'That language could not be loaded. Check your connection and choose it again.',
  notStored: 'Not stored.',
  endToEnd: 'End-to-end encrypted. Not stored.',
  connected: 'Connected',
  notConnected: 'Not connected',
  copied: 'Copied',
  copyFailed: 'Copying is blocked in this browser. Select the text and copy it.',
  copyText: 'Copy text',

  delivery: {
    waiting: 'Waiting for a provider',
    sending: 'Sending…',
    sent: 'Sent',
    delivered: 'Delivered',
    seen: 'Seen',
    not_sent: 'Not sent',
    not_delivered: 'Not delivered',
  },

  notSent: 'Not sent.',
  notSentBecause: /** @type {Record<string, string>} */ ({
    conversation_full: 'This chat is full.',
    ended: 'This chat has ended.',
    erased: 'This chat was erased.',
  }),

  causes: {
    closed: 'closed',
    viewed_other: 'another chat was opened',
    call_started: 'a call was started',
    refreshed: 'the page was refreshed',
    provider_lost: 'the connection was lost',
    idle: 'nobody wrote for a long time',
    maximum_age: 'it reached its longest time',
    wiped: 'everything was wiped',
    stopped: 'the service stopped',
  },

  receipt: {
    copy: 'Copy receipt',
    /** @param {string} id */
    of: id => `Receipt ${id}`,
    /** @param {string} cause @param {{time: string, messages: number, bytes: number, entry: number, id: string}} facts */
    text: (cause, {time, messages, bytes, entry, id}) => `Chat erased (${cause}), ${time}: ${counted(messages, plurals.messages)}, ${counted(bytes, plurals.bytes)}.\nReceipt ${id}, entry ${entry} of the service's ledger.`,
  },

  log: {
    you: 'You',
    unreadable: 'This message needs a newer page.',
    none: 'No messages yet.',
    newMessages: 'New',
    retry: 'Retry',
    canRetry: 'Retry available.',
    copy: 'Copy',
    /** @param {string} time of the message that the buttons beside it act on */
    actions: time => `Message, ${time}`,
    /** @param {number} count */
    jump: count => counted(count, plurals.newMessages),
    /** @param {number} count @param {string} name */
    burst: (count, name) => `${counted(count, plurals.newMessages)} from ${name}`,
    /** @param {string} host */
    realHost: host => ` (${host})`,
  },

  composer: {
    /** @param {string} name */
    label: name => `Message ${name}`,
    send: 'Send',
    /** @param {number} left */
    left: left => left < 0
      ? counted(-left, plurals.charactersOver)
      : counted(left, plurals.charactersLeft),
    nearlyFull: 'This chat is nearly full. Copy what you need.',
  },

  /** @param {string} name */
  isTyping: name => `${name} is typing…`,

  connection: {
    backOnline: 'Back online',
  },

  safety: {
    name: 'Safety code',
    how,
    /** @param {string} name */
    proves: name => `If ${name} sees the same six digits, nobody sits between your two pages, and nobody has since the first message.`,
    before: 'Until you have compared it, a tampering connection service could have read this chat from its first message. A service that only listens cannot.',
    states: {
      not_compared: 'not compared yet',
      compared: 'compared',
      different: 'different',
      none: 'cannot be compared',
    },
    none: 'This page has been connected anew too often to show a code that proves anything. Reload this page to compare one.',
    same: 'They are the same',
    different: 'They are different',
    afterAll: 'They are different after all',
    sure: 'Are you sure? Sending stops in this chat at once.',
    surely: 'Yes, they are different',
    goBack: 'Go back',
    close: 'Close',
    said: {
      /** @param {string} name */
      compared: name => `You compared it with ${name}, and the codes are the same.`,
      different: /** @type {(name: string) => string} */ (() =>
        `You said that the codes are different. ${readFromTheStart} ${reloadToBegin}`),
    },
    theirs: {
      /** @param {string} name */
      compared: name => `${name} says that the codes are the same. That proves nothing by itself.`,
      /** @param {string} name */
      different: name => `${name} says that the codes are different. That proves nothing by itself: compare by voice before you write on.`,
    },
    renewed: {
      again: 'New connection: compare the code again',
      first: 'New connection: the code is another one',
    },
  },

  draft: {
    held: `Not sent: this contains the safety code. ${how}`,
    sendAnyway: 'Send anyway',
  },

  keeps: {
    title: 'What this service keeps',
    heldLabel: 'Sealed messages held now',
    readableLabel: 'Readable by the service',
    readableNone: 'none',
    readablePerhaps: 'perhaps all',
    memory: 'It holds sealed messages in memory, to carry them. Nothing is written to a disk.',
    tampers: 'A service that tampers could sit in between. The safety code shows it, if you compare it by voice.',
  },

  stopped: {
    draft: 'Not sent, still yours',
    reload: 'Reload this page',
  },
}

/** Titles of what stops a chat, and why it does; each page adds what its person can do. */
export const stops = {
  missing: {
    title: '1 message could not be delivered.',
    why: 'Sending has stopped, so that no more are lost.',
  },
  unreadable: {
    title: 'A message was changed on its way.',
    why: 'It is not shown, and sending has stopped.',
  },
  different: {
    title: 'The connection service showed the two of you different chats.',
    why: 'What you see here may not be what they see, so sending has stopped.',
  },
  unkeyed: {
    title: 'The protection of this chat was interrupted.',
    why: 'Nothing more can be sent or opened in it.',
  },
}

/** @param {keyof typeof stops} stop @param {string} advice @returns {{title: string, body: string}} */
export const stopping = (stop, advice) => ({
  title: stops[stop].title,
  body: `${stops[stop].why} ${advice}`,
})
