/** What the reviewer's page says, in Spanish. */

import {clockTime, date, number} from '../forms.js'
import {counted, plurals as both, shared} from './shared.js'

export const plurals = {
  ...both,
  hold: {one: '{n} control se cumple', many: '{n} de controles se cumplen', other: '{n} controles se cumplen'},
  lack: {one: 'falta {n} control', many: 'faltan {n} de controles', other: 'faltan {n} controles'},
  entries: {one: '{n} borrado', many: '{n} de borrados', other: '{n} borrados'},
  checked: {one: '{n} causa', many: '{n} causas', other: '{n} causas'},
  runs: {one: '{n} comprobación', many: '{n} comprobaciones', other: '{n} comprobaciones'},
  failures: {one: '{n} fallo', many: '{n} fallos', other: '{n} fallos'},
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

    browser: {
      title: 'Lo que guardan los navegadores',
      patient: 'El navegador de un paciente no guarda nada: ni cookies, ni almacenamiento, ni caché. El de un profesional guarda a lo sumo estas dos cosas, y ninguna si la clínica ha desactivado client-storage.',
      signIn: 'El token de acceso, en sessionStorage: hasta cerrar la sesión, un rechazo o el fin de la pestaña.',
      preferences: 'Cómo le gusta la consola al profesional, en localStorage. Todo lo que puede contener:',
      look: 'Compruébelo usted: las herramientas de desarrollo del navegador, en Aplicación o Almacenamiento.',
    },

    checks: {
      title: 'El servicio se comprueba a sí mismo',
      now: 'Comprobar ahora',
      hint: 'Páginas fingidas, que ninguna cola muestra y ningún registro cuenta, conversan con octetos al azar dentro de este proceso; para cada causa se busca en toda su memoria algún trozo de ellos, de ocho octetos cada uno. TLS, el inicio de sesión, los archivos y el intercambio no forman parte: lethe audit los mira también, desde fuera, como root.',
      none: 'Ninguna vez desde el inicio.',
      unavailable: 'Esta máquina no deja que el servicio mire en su propia memoria. lethe audit mira desde fuera.',
      /** @param {number} done @param {number} planned */
      running: (done, planned) => `En marcha: ${number(done)} de ${counted(planned, plurals.checked)}.`,
      /** @param {number} seconds since 1970 */
      passed: seconds => `CORRECTO a las ${clockTime(seconds * 1000)}: cada chat se encontró mientras existía, y nada de él después de borrarlo.`,
      /** @param {number} seconds since 1970 */
      failed: seconds => `FALLO a las ${clockTime(seconds * 1000)}: algo quedó, o la búsqueda no encontró lo que había.`,
      /** @param {number} seconds since 1970 */
      incomplete: seconds => `Incompleto a las ${clockTime(seconds * 1000)}: no se pudieron probar todas las causas.`,
      /** @param {number} runs @param {number} failures */
      counted: (runs, failures) => `${counted(runs, plurals.runs)} desde el inicio, ${counted(failures, plurals.failures)}.`,
      /** @param {number} minutes */
      every: minutes => `Por sí solo cada ${counted(minutes, plurals.minutes)}.`,
      onlyAsked: 'Por sí solo nunca: el operador lo ha desactivado.',
      before: 'Encontrado mientras existía',
      after: 'Encontrado después de borrarlo',
      searched: 'MiB buscados',
      result: 'Resultado',
      outcomes: {pass: 'Correcto', fail: 'FALLO', not_run: 'Sin probar'},
      begun: 'La comprobación ha empezado.',
      /** @param {number} seconds */
      tooSoon: seconds => `El servicio acaba de comprobarse. Otra vez dentro de ${counted(seconds, plurals.seconds)}.`,
      cannot: 'No se pudo empezar la comprobación.',
    },
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
