/** How a command ends the process without doing it itself. */
export interface Ending {
  /** For when everything is done; 0 unless set. */
  readonly setExitCode: (code: number) => void;
  /** At once. */
  readonly exitNow: (code: number) => never;
}
