/** The packages that are shipped, each with its licence. The list is made when the program is built, and read when it is opened. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Licence } from 'virtual:licences';
import { useText } from '../context.ts';

export function Licences() {
  const { about } = useText();
  const [all, setAll] = useState<readonly Licence[] | null>(null);
  const [query, setQuery] = useState('');
  async function show(): Promise<void> {
    const { licences } = await import('virtual:licences');
    setAll(licences);
  }
  const found = (all ?? []).filter(({ name }) => name.includes(query.trim().toLowerCase()));
  return (
    <section aria-label={about.made}>
      <header className="licences-head">
        <h3>{about.made}</h3>
        {all === null ? (
          <Button variant="default" onClick={() => void show()} data-testid="licences-show">
            {about.show}
          </Button>
        ) : (
          <>
            <span className="faint">{about.packages(all.length)}</span>
            <TextInput
              aria-label={about.filter}
              placeholder={about.filter}
              value={query}
              onChange={(event) => setQuery(event.currentTarget.value)}
            />
          </>
        )}
      </header>
      {all !== null && (
        <ul className="licences panel">
          {found.map(({ name, version, licence, text }) => (
            <li key={name} data-testid="licence">
              <details>
                <summary>
                  <span>{name}</span>
                  <span className="faint num">{version}</span>
                  <span className="dim">{licence}</span>
                </summary>
                <pre>{text}</pre>
              </details>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
