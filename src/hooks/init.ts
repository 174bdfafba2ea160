import type {Hook} from '@oclif/core/hooks'
import {helpFlagsFor} from '../cli/help-flag.js'

const ownName = 'chatctl'

/**
 * Decides, before anything is parsed, whether `-h` means help: in `join -h ADDRESS` it is the host's address.
 *
 * oclif looks for the help flags of the root package, so mounted in another CLI this touches them for calls of chatctl's
 * commands only, and on this one call's configuration.
 */
const init: Hook.Init = function ({id, argv, config}) {
  const isRoot = config.pjson.name === ownName
  const isOwn = id !== undefined && config.findCommand(id)?.pluginName === ownName
  if (isRoot || isOwn) {
    const {oclif} = config.pjson
    const additionalHelpFlags = helpFlagsFor(id, argv, oclif.additionalHelpFlags)
    Object.assign(config, {pjson: {...config.pjson, oclif: {...oclif, additionalHelpFlags}}})
  }
  return Promise.resolve()
}

export default init
