/** What runs elsewhere for the benchmark of terminals, as text, because this folder is typed for Node. */

export const PROMPT = 'ready>';

/** Prints about a hundred lines a second, none like another. */
export const STREAM = `let n = 0;
setInterval(() => {
  for (let i = 0; i < 2; i++) {
    n += 1;
    process.stdout.write('\\x1b[32m✓\\x1b[0m ' + n + ' compiled src/modules/module-' + (n % 97) + '.ts in ' + (n % 13) + ' ms, nothing to say\\n');
  }
}, 20);
`;

/** In the page: reads what the first terminal shows from what is drawn, which is later than its buffer and never earlier. */
export const WATCH = `(() => {
  const rowsOf = (screen) => screen.querySelector('.xterm-rows');
  const lastOf = (rows) => {
    for (let row = rows.lastElementChild; row; row = row.previousElementSibling) {
      const text = row.textContent.trim();
      if (text !== '') return text;
    }
    return '';
  };
  const first = () => rowsOf(document.querySelector('.screen'));
  let answer = null;
  globalThis.koubouWatch = {
    until: (text) => new Promise((resolve) => {
      const look = () => (lastOf(first()) === text ? resolve() : requestAnimationFrame(look));
      look();
    }),
    arm: () => {
      const { promise, resolve } = Promise.withResolvers();
      answer = promise;
      const onKey = (event) => {
        if (!event.ctrlKey || event.key !== 'c') return;
        removeEventListener('keydown', onKey, true);
        const rows = first();
        const observer = new MutationObserver(() => {
          if (lastOf(rows) !== '${PROMPT}') return;
          observer.disconnect();
          resolve(performance.now() - event.timeStamp);
        });
        observer.observe(rows, { childList: true, subtree: true, characterData: true });
      };
      addEventListener('keydown', onKey, true);
    },
    answer: () => answer,
    moving: async (ms) => {
      const texts = () => [...document.querySelectorAll('.screen')].slice(1).map((screen) => rowsOf(screen).textContent);
      const before = texts();
      await new Promise((resolve) => setTimeout(resolve, ms));
      const after = texts();
      return after.filter((text, n) => text !== before[n]).length;
    },
  };
})()`;
