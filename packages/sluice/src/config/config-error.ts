/** The configuration can't be used. Each problem names the setting, what is wrong with it and what would be right. */
export class ConfigError extends Error {
  override readonly name: string = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.length === 1 ? problems[0] : ['The configuration has problems:', ...problems].join('\n- '));
    this.problems = problems;
  }
}
