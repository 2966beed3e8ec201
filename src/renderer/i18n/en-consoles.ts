/** Words of take-overs and shells, in English. */
import type { Surface } from '../../shared/console.ts';

const places: Record<Surface, string> = {
  window: 'another window',
  browser: 'a browser',
  terminal: 'a terminal',
};

export const enConsoles = {
  takeOver: 'Take over',
  takeOverHint: 'Work in its tree by hand; the attempt stands still meanwhile',
  shell: 'Shell in the work tree',
  shellHint: 'What you change is committed with the work',
  engine: "The engine's own session",
  engineHint: 'Ask it, or tell it what to do differently',
  noEngine: 'This engine has no session to talk to',
  byYou: 'Taken over by you',
  byOther: (place: string) => `Taken over from ${place}`,
  byNobody: 'Taken over; nobody writes',
  by: (who: string) => `Taken over by ${who}`,
  places,
  standsStill: 'The attempt stands still until it is handed back.',
  since: (age: string) => `· ${age}`,
  handBack: 'Hand back',
  takePen: 'Take the pen',
  leaveKeys: 'Shift Esc leaves the keyboard',
  youWrite: 'You write',
  otherWrites: (place: string) => `${place[0]?.toUpperCase() ?? ''}${place.slice(1)} writes`,
  nobodyWrites: 'Nobody writes',
  watchers: (n: number) => (n === 1 ? '1 looks at it' : `${n} look at it`),
  terminal: 'Console',
  opening: 'Opening …',
  closed: (why: string) => `Closed: ${why}`,
  closedUnknown: 'the coordinator was started anew',
  shellOf: (agent: string) => `Shell on ${agent}`,
  agentShell: 'Shell',
  close: 'Close the shell',
};
