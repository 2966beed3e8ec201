/** Hosts that this PC knows of, to be picked with a click. */
import { Tooltip } from '@mantine/core';
import { IconBroadcast, IconPlus, IconTerminal2 } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { HostSuggestion } from '../../shared/provisioning.ts';
import { useApp, useText } from '../context.ts';

export interface SuggestionsProps {
  readonly text: string;
  onChange(text: string): void;
}

/** More would be a list to search in; who looks for one types it. */
const MOST_SHOWN = 24;

export function Suggestions({ text, onChange }: SuggestionsProps) {
  const { add: words } = useText().hosts;
  const suggestions = useSuggestions();
  const typed = new Set(text.split(/\s+/));
  const left = suggestions.filter(({ target }) => !typed.has(target)).slice(0, MOST_SHOWN);
  if (left.length === 0) return null;
  return (
    <div className="suggestions" role="group" aria-label={words.suggestions}>
      <span className="faint">{words.suggestions}</span>
      {left.map((suggestion) => (
        <SuggestionChip
          key={suggestion.target}
          suggestion={suggestion}
          add={() =>
            onChange(
              text.trim() === '' ? suggestion.target : `${text.trimEnd()}\n${suggestion.target}`,
            )
          }
        />
      ))}
    </div>
  );
}

interface SuggestionChipProps {
  readonly suggestion: HostSuggestion;
  add(): void;
}

function SuggestionChip({ suggestion, add }: SuggestionChipProps) {
  const { add: words } = useText().hosts;
  const { target, from, address, koubou, agent } = suggestion;
  const origin = from.map((each) => words.from[each]).join(', ');
  const isForeign = agent?.workshop === 'another';
  const told = isForeign ? words.hasOtherKoubou : words.hasKoubou;
  const parts = [address, origin, koubou ? told : null].filter((part) => part !== null);
  const Icon = from.includes('mdns') ? IconBroadcast : IconTerminal2;
  return (
    <Tooltip label={parts.join(' · ')}>
      <button
        type="button"
        className="suggestion"
        data-koubou={koubou}
        onClick={add}
        aria-label={`${target}, ${parts.join(', ')}`}
        data-testid="suggestion"
      >
        <Icon size={13} aria-hidden="true" />
        {target}
        <IconPlus size={12} aria-hidden="true" />
      </button>
    </Tooltip>
  );
}

/** Without an answer there are none: they are a help, not a need. */
function useSuggestions(): readonly HostSuggestion[] {
  const { session } = useApp();
  const [suggestions, setSuggestions] = useState<readonly HostSuggestion[]>([]);
  useEffect(() => {
    let isCurrent = true;
    void session.api.call('hosts.suggest', {}).then((answer) => {
      if (isCurrent && answer.ok) setSuggestions(answer.value.hosts);
    });
    return () => {
      isCurrent = false;
    };
  }, [session]);
  return suggestions;
}
