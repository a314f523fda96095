/** What the reviewer's page says, in Spanish. */

import {clockTime, date, number} from '../forms.js'
import {counted, plurals as both, shared} from './shared.js'

export const plurals = {
  ...both,
  hold: {one: '{n} control se cumple', many: '{n} de controles se cumplen', other: '{n} controles se cumplen'},
  lack: {one: 'falta {n} control', many: 'faltan {n} de controles', other: 'faltan {n} controles'},
  entries: {one: '{n} borrado', many: '{n} de borrados', other: '{n} borrados'},
  files: {one: '{n} archivo', many: '{n} de archivos', other: '{n} archivos'},
}

export const words = {
  ...shared,

  report: {
    title: 'Cumplimiento',
    intro: 'Qué guarda ahora este servicio, qué le impide guardar más y cómo comprobar ambas cosas. Solo cantidades: en esta página no hay nada de ningún paciente.',
    now: 'Ahora',
    enforcedBy: 'Lo que lo impone',
    evidence: 'Pruebas',
    cannot: 'Lo que no podemos probar',
    print: 'Imprimir',
    exportSigned: 'Exportar JSON firmado',
    exportHint: 'Compruebe el archivo sin el servicio: lethe verify --report FILE',
    copyLine: 'Copiar',
    /** @param {string} name of a check */
    copyLineOf: name => `Copiar la línea de ${name}`,
    found: 'Encontrado',
    expected: 'Esperado',
    look: 'Compruébelo usted',
    lookHint: 'Las líneas son para una terminal en la máquina del servicio, algunas como root. En un contenedor, el proceso tiene otro número por fuera.',
    noLook: 'No hay una sola línea que lo muestre; el estado esperado dice qué mirar.',
    /** @param {number} seconds since 1970 @param {string} build */
    asOf: (seconds, build) => `${date(seconds * 1000)}, ${clockTime(seconds * 1000)}. Versión de Lethe: ${build}.`,
    live: 'Se pregunta de nuevo cada 5 segundos.',
    /** @param {number} seconds since 1970 */
    offline: seconds => `No se puede llegar al servicio. Esto es lo que dijo a las ${clockTime(seconds * 1000)}.`,
    restarted: 'El servicio se ha reiniciado desde que se abrió esta página: su memoria y su registro empezaron vacíos.',

    doors: {
      waiting: {title: 'Preguntando al servicio…', body: 'Un momento.'},
      noToken: {title: 'Abra su enlace de revisor', body: 'Esta página necesita el enlace que le dio el operador. Solo se guarda en la memoria de la página y desaparece con ella.'},
      expired: {title: 'Su enlace ha caducado', body: 'Pida otro al operador: lethe invite --reviewer NAME.'},
      refused: {title: 'Su enlace fue rechazado', body: 'No es un enlace de revisor, está cortado o se retiró su clave. El enlace de un profesional no abre esta página.'},
      offline: {title: 'No se puede llegar al servicio', body: 'Esta página lo intenta de nuevo cada 5 segundos.'},
    },

    states: {holds: 'Se cumple', missing: 'Falta', information: 'Para información'},
    /** @param {number} holding @param {number} missing */
    summary: (holding, missing) => missing === 0
      ? `${counted(holding, plurals.hold)}, no falta ninguno.`
      : `${counted(holding, plurals.hold)}, ${counted(missing, plurals.lack)}.`,

    counts: {
      conversations: 'Chats abiertos',
      messages: 'Mensajes guardados, sellados',
      bytes: 'Bytes guardados, sellados',
      oldest: 'Chat más antiguo',
      cards: 'Nombres y motivos guardados, sellados',
      visits: 'Visitas de pacientes',
      sessions: 'Sesiones de profesionales',
      connections: 'Conexiones',
      hashes: 'Resúmenes de secretos',
      addresses: 'Resúmenes con clave de direcciones',
    },
    none: 'ninguno',
    /** @param {number} seconds */
    age: seconds => seconds < 120 ? counted(seconds, plurals.seconds) : `${number(Math.round(seconds / 60))} min`,

    audit: 'Última auditoría',
    noAudit: 'Este proceso no conoce ninguna. lethe audit mira desde fuera, como root; la prueba es su informe, con el control positivo de que encontró sus propios mensajes antes de borrarlos.',
    chain: 'Cadena de comprobantes',
    /** @param {number} entries */
    chainHolds: entries => entries === 0 ? 'No se ha borrado nada desde el inicio.' : `${counted(entries, plurals.entries)} desde el inicio.`,
    head: 'Su último resumen',
    totals: 'Borrado desde el inicio',
    cause: 'Causa',
    chats: 'Conversaciones',
    messages: 'Mensajes',
    bytes: 'Octetos',
    key: 'Clave de este proceso',
    executable: 'SHA-256 del programa',
    unknown: 'No se pudo leer.',
    pages: 'SHA-256 de las páginas',
    /** @param {number} count */
    pageFiles: count => `Cada uno de ${counted(count, plurals.files)}`,
    started: 'Inicio',
    /** @param {number} seconds since 1970 */
    startedAt: seconds => `${date(seconds * 1000)}, ${clockTime(seconds * 1000)}`,
    amount: number,

    limits: {
      root: 'Que nadie lo haya cambiado: root en su máquina puede meter código en el proceso o ejecutar otro programa. Lo que guarda seguiría sellado; quién, cuándo y cuánto, no.',
      pages: 'Que las páginas son las publicadas, a quienes las miran. Quien puede cambiar lo que se sirve puede leer lo que se escribe. Los resúmenes de arriba se pueden comparar; un navegador no lo hace por sí solo.',
      word: 'Que el servicio dice la verdad. Todo esto es su palabra, firmada. Se vuelve prueba con las líneas para comprobarlo, una compilación que otros pueden repetir y la auditoría desde fuera.',
      machine: 'Lo que hay debajo: una máquina virtual se puede copiar mientras funciona, y el núcleo y el hardware tienen sus propios búferes.',
      people: 'Lo que guardan las dos personas: capturas, notas, el portapapeles, extensiones del navegador.',
      network: 'Que nadie vea que dos dispositivos hablaron, cuándo y cuánto.',
    },
  },
}
