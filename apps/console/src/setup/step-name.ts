import { messages } from '../messages';
import type { Step } from './steps';

const words = messages.setup.steps;

export function stepName(step: Step): string {
  return step === 'done' ? words.done_ : words[step];
}
