export {catalogue, type ErrorCode} from './catalogue.js'
export {ChatctlError, toChatctlError, type ErrorDetails} from './chatctl-error.js'
export {countSlips} from './count-slips.js'
export {reasonOf} from './reason-of.js'
