/**
 * Shape letters, declared once; trailing comments such as `// (B, T, H)` use them.
 * B batch, T tokens, M masked positions, H hidden, A attention heads, D per head, I intermediate,
 * L layers, V vocabulary, C classes.
 */
export interface StepShape {
  /** Blocks a batch. */
  B: number;
  /** Tokens a block. */
  T: number;
  /** Room for masked positions in a batch; unused places have weight 0. */
  M: number;
}
