/** The emergency stop: the question before it, and the banner while it lasts. */
export const enEmergency = {
  action: 'Emergency stop',
  resumeAction: 'Resume the stopped workshop',
  title: 'Stop the whole workshop?',
  lead: (n: number) => {
    const running =
      n === 0
        ? 'Nothing is running now.'
        : n === 1
          ? '1 attempt is running.'
          : `${n} attempts are running.`;
    return `${running} Until somebody resumes, no task is given to an agent and nothing is merged.`;
  },
  how: 'What becomes of running attempts',
  hows: {
    freeze: {
      label: 'They stand still',
      note: 'Every process is frozen where it is, and goes on from there. Time limits wait, too.',
    },
    end: {
      label: 'They end',
      note: 'What they have done is kept. Their tasks go back to the queue and lose no try.',
    },
  },
  reason: 'Reason (optional)',
  reasonNote: 'Shown to everybody while the workshop is stopped.',
  cancel: 'Cancel',
  confirm: 'Stop everything',
  stopped: 'The workshop is stopped.',
  stand: (n: number) =>
    n === 0
      ? 'Nothing was running.'
      : n === 1
        ? '1 attempt stands still.'
        : `${n} attempts stand still.`,
  ended: 'What ran was ended; its tasks wait in the queue.',
  by: (who: string, when: string) => `By ${who}, ${when}.`,
  resume: 'Resume',
  health: 'stopped',
};
