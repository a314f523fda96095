import {readdirSync, readFileSync, statSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

export const web = fileURLToPath(new URL('../../../Sources/Web/', import.meta.url))

/** @param {RegExp} kind @returns {{path: string, text: string}[]} files below Sources/Web */
export function sources(kind, below = '') {
  return readdirSync(web + below).flatMap(name => {
    const path = `${below}${name}`
    if (statSync(web + path).isDirectory()) return sources(kind, `${path}/`)
    return kind.test(path) ? [{path, text: readFileSync(web + path, 'utf8')}] : []
  })
}

/** Without comments: what is said about a thing is not the thing. @param {string} text */
export const code = text => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')
