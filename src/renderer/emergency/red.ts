/** The red of the emergency stop: white is read on it, and it on white, in both schemes; as in `emergency.css`. */
export const STOP_RED = '#b42318';
