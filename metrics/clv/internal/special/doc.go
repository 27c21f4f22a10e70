// Package special holds the special functions and quadrature rules that the
// customer-lifetime models need and gonum does not have in log form: differences
// of log-gamma values that stay exact when both are huge, expectations under a
// beta distribution with any positive parameters, and Gauss-Legendre rules on
// the unit interval.
//
// Floats in, floats out. Arguments outside a function's stated domain give NaN;
// the callers check first. Everything is safe for concurrent use.
//
// Sources: Abramowitz and Stegun, Handbook of Mathematical Functions, 6.1.40
// (Stirling's series); Takahasi and Mori, Double exponential formulas for
// numerical integration, 1974 (the sinh substitution); gonum
// integrate/quad (Gauss-Legendre nodes).
package special
