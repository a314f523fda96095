/**
 * What both pages say, in Spanish: neutral, for Latin America and the United States, and "usted" to
 * everybody.
 */

import {counting} from '../forms.js'

export const counted = counting('es')

export const plurals = {
  messages: {one: '{n} mensaje', many: '{n} de mensajes', other: '{n} mensajes'},
  bytes: {one: '{n} byte', many: '{n} de bytes', other: '{n} bytes'},
  minutes: {one: '{n} minuto', many: '{n} de minutos', other: '{n} minutos'},
  seconds: {one: '{n} s', many: '{n} s', other: '{n} s'},
  newMessages: {
    one: '{n} mensaje nuevo',
    many: '{n} de mensajes nuevos',
    other: '{n} mensajes nuevos',
  },
  charactersLeft: {
    one: 'queda {n} carácter',
    many: 'quedan {n} de caracteres',
    other: 'quedan {n} caracteres',
  },
  charactersOver: {
    one: 'sobra {n} carácter',
    many: 'sobran {n} de caracteres',
    other: 'sobran {n} caracteres',
  },
}

/** @param {number} ms */
export const kept = ms => ms >= 120_000
  ? counted(Math.round(ms / 60_000), plurals.minutes)
  : counted(Math.round(ms / 1000), plurals.seconds)

const how = 'Compárelo de viva voz, nunca en el chat. Nadie le pedirá jamás que lo escriba.'
export const readFromTheStart = 'Es posible que alguien haya leído este chat desde el primer mensaje.'
const reloadToBegin = 'Vuelva a cargar la página para empezar de nuevo.'

/** @type {typeof import('../en/shared.js').shared} */
export const shared = {
  brand: 'Lethe',
  language: 'Idioma',
  languageChosen: 'Esta página está ahora en español.',
  languageFailed: 'No se pudo cargar ese idioma. Revise su conexión y elíjalo otra vez.',
  notStored: 'No se guarda.',
  endToEnd: 'Cifrado de extremo a extremo. No se guarda.',
  connected: 'En línea',
  notConnected: 'Sin conexión',
  copied: 'Copiado',
  copyFailed: 'Este navegador no permite copiar. Seleccione el texto y cópielo.',
  copyText: 'Copiar el texto',

  delivery: {
    waiting: 'Espera a un profesional',
    sending: 'Enviando…',
    sent: 'Enviado',
    delivered: 'Entregado',
    seen: 'Visto',
    not_sent: 'No enviado',
    not_delivered: 'No entregado',
  },

  notSent: 'No se envió.',
  notSentBecause: {
    conversation_full: 'Este chat está lleno.',
    ended: 'Este chat ya terminó.',
    erased: 'Este chat se borró.',
  },

  causes: {
    closed: 'se cerró',
    viewed_other: 'se abrió otro chat',
    call_started: 'se empezó una llamada',
    refreshed: 'se volvió a cargar la página',
    provider_lost: 'se perdió la conexión',
    idle: 'nadie escribió durante mucho tiempo',
    maximum_age: 'llegó a su duración máxima',
    wiped: 'se borró todo',
    stopped: 'el servicio se detuvo',
  },

  receipt: {
    copy: 'Copiar el recibo',
    of: id => `Recibo ${id}`,
    text: (cause, {time, messages, bytes, entry, id}) => `Chat borrado (${cause}), ${time}: ${counted(messages, plurals.messages)}, ${counted(bytes, plurals.bytes)}.\nRecibo ${id}, entrada ${entry} del registro del servicio.`,
  },

  log: {
    you: 'Usted',
    unreadable: 'Este mensaje necesita una versión más nueva de la página.',
    none: 'Todavía no hay mensajes.',
    newMessages: 'Nuevos',
    retry: 'Reintentar',
    canRetry: 'Puede reintentarlo.',
    copy: 'Copiar',
    actions: time => `Mensaje, ${time}`,
    jump: count => counted(count, plurals.newMessages),
    burst: (count, name) => `${counted(count, plurals.newMessages)} de ${name}`,
    realHost: host => ` (${host})`,
  },

  composer: {
    label: name => `Escriba a ${name}`,
    send: 'Enviar',
    left: left => left < 0
      ? counted(-left, plurals.charactersOver)
      : counted(left, plurals.charactersLeft),
    nearlyFull: 'Este chat está casi lleno. Copie lo que necesite.',
  },

  isTyping: name => `${name} está escribiendo…`,

  connection: {
    backOnline: 'Se restableció la conexión',
  },

  safety: {
    name: 'Código de seguridad',
    how,
    proves: name => `Si ${name} ve los mismos seis dígitos, no hay nadie entre sus dos páginas, ni lo ha habido desde el primer mensaje.`,
    before: 'Hasta que lo compare, un servicio de conexión que manipule los mensajes podría haber leído este chat desde el primero. Un servicio que solo escucha no puede.',
    states: {
      not_compared: 'aún sin comparar',
      compared: 'comparado',
      different: 'distinto',
      none: 'no se puede comparar',
    },
    none: 'Esta página se ha conectado de nuevo demasiadas veces para mostrar un código que pruebe algo. Vuelva a cargarla para comparar uno.',
    same: 'Son iguales',
    different: 'Son distintos',
    afterAll: 'Al final son distintos',
    sure: '¿Está seguro? En este chat se dejará de enviar de inmediato.',
    surely: 'Sí, son distintos',
    goBack: 'Volver',
    close: 'Cerrar',
    said: {
      compared: name => `Usted lo comparó con ${name}, y los códigos son iguales.`,
      different: () => `Usted dijo que los códigos son distintos. ${readFromTheStart} ${reloadToBegin}`,
    },
    theirs: {
      compared: name => `${name} dice que los códigos son iguales. Eso por sí solo no prueba nada.`,
      different: name => `${name} dice que los códigos son distintos. Eso por sí solo no prueba nada: compárelos de viva voz antes de seguir escribiendo.`,
    },
    renewed: {
      again: 'Conexión nueva: compare otra vez el código',
      first: 'Conexión nueva: el código es otro',
    },
  },

  draft: {
    held: `No se envió: contiene el código de seguridad. ${how}`,
    sendAnyway: 'Enviar de todos modos',
  },

  keeps: {
    title: 'Qué conserva este servicio',
    heldLabel: 'Mensajes sellados que tiene ahora',
    readableLabel: 'El servicio puede leer',
    readableNone: 'ninguno',
    readablePerhaps: 'quizá todos',
    memory: 'Tiene los mensajes sellados en la memoria, para llevarlos. Nada se escribe en un disco.',
    tampers: 'Un servicio que manipule los mensajes podría ponerse en medio. El código de seguridad lo muestra, si usted lo compara de viva voz.',
  },

  stopped: {
    draft: 'No enviado, sigue siendo suyo',
    reload: 'Volver a cargar la página',
  },
}

/** @type {typeof import('../en/shared.js').stops} */
export const stops = {
  missing: {
    title: 'No se pudo entregar 1 mensaje.',
    why: 'Se dejó de enviar, para que no se pierdan más.',
  },
  unreadable: {
    title: 'Un mensaje fue alterado en el camino.',
    why: 'No se muestra, y se dejó de enviar.',
  },
  different: {
    title: 'El servicio de conexión les mostró a ustedes dos chats diferentes.',
    why: 'Lo que usted ve aquí quizá no sea lo que ve la otra persona, así que se dejó de enviar.',
  },
  unkeyed: {
    title: 'Se interrumpió la protección de este chat.',
    why: 'Ya no se puede enviar ni abrir nada en él.',
  },
}

/** @type {typeof import('../en/shared.js').stopping} */
export const stopping = (stop, advice) => ({
  title: stops[stop].title,
  body: `${stops[stop].why} ${advice}`,
})
