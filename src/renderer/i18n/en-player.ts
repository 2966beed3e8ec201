/** The replay of a terminal and the moments of a task, in English. */
export const enPlayer = {
  /** A moment that is shown, as a time of day. */
  standsAt: (time: string) => `Terminal at ${time}`,
  /** The recording of what was shown to whoever took an attempt over. */
  takeOver: (time: string, by: string) => `Take-over of ${time} by ${by}`,
  goLive: 'Go live',
  goToEnd: 'Go to the end',
  replay: 'Replay',
  play: 'Play',
  pause: 'Pause',
  speed: 'Speed',
  times: (factor: string) => `${factor}×`,
  skipIdle: 'Skip idle time',
  skipIdleHint: 'Pauses of more than 2 s are cut short',
  position: 'Position in the recording',
  activity: 'How much was printed',
  now: 'now',
  nothing: 'Nothing was printed yet',
  more: 'More about this terminal',
  saveCast: 'Save as recording (.cast)',
  saveText: 'Save as text (.txt)',
  notSaved: 'Not saved',
  screenReader: 'Readable by screen readers',
  linkTitle: 'Open this address?',
  linkText: 'A program in the terminal printed it. Open it only if you know where it leads.',
  openLink: 'Open',
  empty: 'It has printed nothing yet.',
};
