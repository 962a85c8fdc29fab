/**
 * Characters that fonts do not draw and that are no white space (docs/spec.md, "Letter",
 * Watermarks): Default_Ignorable_Code_Point of Unicode 14.0, U+FFF9 to U+FFFB, blank letters.
 */

/** For use inside the brackets of a regular expression with the flag u. */
export const INVISIBLE =
  '\\u{ad}\\u{34f}\\u{61c}\\u{115f}\\u{1160}\\u{17b4}\\u{17b5}\\u{180b}-\\u{180f}' +
  '\\u{200b}-\\u{200f}\\u{2060}-\\u{206f}\\u{2800}\\u{3164}\\u{fe00}-\\u{fe0f}\\u{feff}' +
  '\\u{ffa0}\\u{fff0}-\\u{fffb}\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}';
