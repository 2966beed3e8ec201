/** What the system around the window shows for it: the tray, notices and their quiet mode, links. */
export const enNative = {
  review: (title: string) => `Review: ${title}`,
  failed: (title: string) => `Failed: ${title}`,
  asks: (host: string) => `${host} asks you something`,
  notices: 'Desktop notifications',
  quietUntil: (when: string) => `Quiet until ${when}`,
  quiet: {
    off: 'Notify me',
    hour: 'Quiet for an hour',
    morning: 'Quiet until tomorrow, 8:00',
    always: 'Always quiet',
  },
  tasksNeedYou: (n: number) => `${n} tasks need you`,
  thingsNeedYou: (n: number) => `${n} things need you`,
  stoppedNotice: 'Nothing runs until somebody resumes.',
  unknownLink: {
    title: 'That link leads nowhere here',
    message: 'Koubou opens links to a task, an agent, or an import.',
  },
};
