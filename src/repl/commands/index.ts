import {bwlimit} from './bwlimit.js'
import {cancel} from './cancel.js'
import {cd} from './cd.js'
import {clear} from './clear.js'
import {decline} from './decline.js'
import {file} from './file.js'
import {forget} from './forget.js'
import {get} from './get.js'
import {help} from './help.js'
import {invite} from './invite.js'
import {ls} from './ls.js'
import {me} from './me.js'
import {msg} from './msg.js'
import {nick} from './nick.js'
import {offers} from './offers.js'
import {pause} from './pause.js'
import {peers} from './peers.js'
import {pwd} from './pwd.js'
import {quit} from './quit.js'
import {resume} from './resume.js'
import {retry} from './retry.js'
import {transfers} from './transfers.js'
import {verify} from './verify.js'
import {who} from './who.js'

/** The slash commands that every shell has, in the order in which `/help` lists them. */
export const slashCommands = [
  help,
  quit,
  clear,
  me,
  msg,
  nick,
  who,
  invite,
  file,
  offers,
  get,
  decline,
  transfers,
  pause,
  resume,
  cancel,
  retry,
  bwlimit,
  ls,
  cd,
  pwd,
  verify,
  peers,
  forget,
]
