// Lets tests import the page's TypeScript: this Node does not read it by itself.
import { register } from 'node:module'

register('./typescript-hooks.mjs', import.meta.url)
