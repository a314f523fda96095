/**
 * What the pages say about the protection of a chat. Every sentence has to stay true under a connection
 * service that tampers: what it is, what it cannot be, and what a person can do.
 */

const how = 'Compare it by voice, never in the chat. Nobody will ever ask you to type it.'
const readFromTheStart = 'Somebody may have read this chat from its first message.'
const reloadToBegin = 'Reload to begin again.'

const renewals = {again: 'New connection: compare the code again', first: 'New connection: the code is another one'}

export const safety = Object.freeze({
  name: 'Safety code',
  how,
  /** @param {string} name */
  proves: name => `If ${name} sees the same six digits, nobody sits between your two pages, and nobody has since the first message.`,
  before: 'Until you have compared it, a tampering connection service could have read this chat from its first message. A service that only listens cannot.',
  states: {not_compared: 'not compared yet', compared: 'compared', different: 'different', none: 'cannot be compared'},
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
    different: () => `You said that the codes are different. ${readFromTheStart} ${reloadToBegin}`,
  },
  theirs: {
    /** @param {string} name */
    compared: name => `${name} says that the codes are the same. That proves nothing by itself.`,
    /** @param {string} name */
    different: name => `${name} says that the codes are different. That proves nothing by itself: compare by voice before you write on.`,
  },
  /** @param {string} name @param {'again' | 'first'} renewed */
  renewedWith: (name, renewed) => `${name}: ${renewals[renewed]}`,
  renewed: renewals,
})

export const draft = Object.freeze({
  held: `Not sent: this contains the safety code. ${how}`,
  sendAnyway: 'Send anyway',
})

export const keeps = Object.freeze({
  title: 'What this service keeps',
  heldLabel: 'Sealed messages held now',
  readableLabel: 'Readable by the service',
  readableNone: 'none',
  readablePerhaps: 'perhaps all',
  memory: 'It holds sealed messages in memory, to carry them. Nothing is written to a disk.',
  patient: {
    sealed: "Your name, your reason and your messages are sealed on this page and opened on your provider's. The service in between has no key.",
    erased: 'Messages are erased when your provider closes the chat or leaves their page, when nobody writes for a long time, and when the service restarts.',
    sees: 'The service still sees your internet address, when you write, the rough size of each message, and that the two of you are connected.',
    tampers: 'A service that tampers could sit in between. The safety code shows it, if you compare it by voice.',
    screen: 'This screen shows your messages until you clear or leave it. Your provider can copy them, and may write notes in your health record, as after any visit.',
  },
  provider: {
    sealed: "Names, reasons and messages are sealed on one page and opened on the other. The service in between has no key.",
    erased: 'A chat is erased when you close it, when you refresh, leave or lose this page, when nobody writes for a long time, and when the service restarts. An ended one goes when you open another or start a call.',
    sees: 'The service still sees internet addresses, which pages talk to each other, when somebody writes, and the rough size of each message.',
    tampers: 'A service that tampers could sit in between. The safety code shows it, if you compare it by voice.',
    screen: "The patient's screen may show the chat until they clear or leave it. What you copy or write down is yours to keep, as after any visit.",
  },
})

const toBegin = {
  patient: 'Reload this page to begin a new chat. Your rejoin code keeps your place.',
  provider: 'Copy what you need, then close and erase this chat. The next message begins a new one.',
}

/** @param {string} title @param {string} why */
const broken = (title, why) => ({
  patient: {title, body: `${why} ${toBegin.patient}`},
  provider: {title, body: `${why} ${toBegin.provider}`},
})

export const stopped = Object.freeze({
  kinds: {
    missing: broken('1 message could not be delivered.', 'Sending has stopped, so that no more are lost.'),
    unreadable: broken('A message was changed on its way.', 'It is not shown, and sending has stopped.'),
    different: broken('The connection service showed the two of you different chats.', 'What you see here may not be what they see, so sending has stopped.'),
    unkeyed: broken('The protection of this chat was interrupted.', 'Nothing more can be sent or opened in it.'),
    compared: {
      patient: {title: readFromTheStart, body: `${reloadToBegin} Your rejoin code keeps your place.`},
      provider: {title: readFromTheStart, body: `${reloadToBegin} That erases all chats of this page: copy what you need.`},
    },
    unprotected: {
      patient: {title: 'This page cannot protect a chat here.', body: "It and the clinic's service do not fit together, so nothing that you write is sent. Reload this page. If that does not help, call the clinic."},
      provider: {title: "This patient's page cannot protect a chat.", body: 'Nothing can be sent. Ask them to open the link again in a current browser, or call them.'},
    },
  },
  /** @param {string} name */
  in: name => `Chat with ${name}.`,
  short: 'Sending has stopped',
  draft: 'Not sent, still yours',
  reload: 'Reload this page',
})

export const doubts = Object.freeze({
  unprotected: stopped.kinds.unprotected.provider.title,
  unverified: 'Details could not be verified.',
})

export const ended = Object.freeze({
  proved: 'Your provider ended this chat.',
  unproved: 'The connection service ended this chat.',
})
