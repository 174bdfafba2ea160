import {admission} from './admission.js'
import {decoder} from './decoder.js'
import {input} from './input.js'
import {messages} from './messages.js'
import {nicks} from './nicks.js'
import {safePath} from './safe-path.js'
import {sanitiser} from './sanitiser.js'
import type {FuzzTarget} from './target.js'
import {tree} from './tree.js'

/** Every part that is fuzzed. */
export const fuzzTargets: readonly FuzzTarget[] = [
  decoder,
  messages,
  admission,
  safePath,
  sanitiser,
  input,
  nicks,
  tree,
]
