/** The one place that chooses a language. */
export {words} from './en.js'
