/** Where things lie in an environment. */
export interface Roots {
  task: string;
  runtime: string;
  layers: string;
  /** Where the language lives: /var/lang. */
  lang: string;
}
