export {systemClock, type Clock} from '../transport/clock.js'
